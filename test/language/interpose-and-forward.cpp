// Can the guest stand before a library's function and find that function behind
// its own, as programs that watch exceptions do?
// UNSUPPORTED: sanitized-executor
// RUN: %same --status 0 %s

#include <cstdio>
#include <dlfcn.h>
#include <string>
#include <typeinfo>
extern "C" [[noreturn]] void __cxa_throw(void *Object, std::type_info *Type,
                                         void (*Destroy)(void *)) {
  using Throw = void (*)(void *, std::type_info *, void (*)(void *));
  auto Next = reinterpret_cast<Throw>(dlsym(RTLD_NEXT, "__cxa_throw"));
  std::printf("throws %s, next %d\n", Type->name(), Next != nullptr);
  std::fflush(stdout);
  Next(Object, Type, Destroy);
  __builtin_unreachable();
}
int main() {
  try {
    throw 1;
  } catch (int) {
  }
  try {
    std::string("x").at(5);
  } catch (const std::exception &E) {
    std::printf("%s\n", E.what());
  }
}
