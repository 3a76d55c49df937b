// Do pointers lead to where they should in a library's variables, those behind the
// beginning of one as well? The dynamic linker finds what is added to an address in
// its relocation, or where the pointer is.
// REQUIRES: other-machines
// RUN: %same-on-targets --status 0 %s

#include <cstdio>
#include <typeinfo>

// Of libstdc++, and larger than what is added to its address.
extern "C" char _ZTVN10__cxxabiv121__vmi_class_type_infoE[];

#define VTABLE _ZTVN10__cxxabiv121__vmi_class_type_infoE

namespace {

struct First {
  virtual ~First() {}
};
struct Second {
  virtual ~Second() {}
};
struct Both : First, Second {};

// Writable, and constant.
char *Start = VTABLE, *Behind = VTABLE + 12;
char *const Constants[] = {VTABLE + 4, VTABLE};

/// Compilers know what is constant.
template <typename T> T seen(T Value) {
  volatile T Its = Value;
  return Its;
}

} // namespace

int main() {
  std::printf("%d %d %d\n", int(seen(Behind) - seen(Start)),
              int(seen(&Constants[0])[0] - seen(Start)),
              int(seen(&Constants[1])[0] - seen(Start)));
  // What begins with a pointer behind the vtable's first two words.
  auto Its = reinterpret_cast<char *const *>(seen(&typeid(Both)));
  std::printf("%d\n", int((*Its - seen(Start)) / int(sizeof(void *))));
  try {
    throw Both();
  } catch (Second &) {
    std::puts("caught");
  }
}
