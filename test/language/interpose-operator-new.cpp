// Do libraries call the operator new that the program defines?
// RUN: %same --status 0 %s

#include <cstdio>
#include <cstdlib>
#include <new>
#include <sstream>
#include <string>
static long news, deletes, mallocs;
void *operator new(std::size_t n) {
  ++news;
  void *p = std::malloc(n + 16);
  *(long *)p = 0x1234;
  return (char *)p + 16;
}
void operator delete(void *p) noexcept {
  if (!p)
    return;
  ++deletes;
  if (*(long *)((char *)p - 16) != 0x1234)
    std::puts("BAD");
  std::free((char *)p - 16);
}
void operator delete(void *p, std::size_t) noexcept { operator delete(p); }
extern "C" char *getenv(const char *) {
  static char x[] = "mine";
  return x;
}
int main() {
  {
    std::ostringstream o;
    for (int i = 0; i < 1000; i++)
      o << "some text " << i;
    std::string s = o.str();
    s += std::string(100, 'x');
    std::printf("%zu\n", s.size());
  }
  std::printf("%ld %ld\n", news, deletes);
  try {
    throw std::string("long long long long long long string");
  } catch (std::string &s) {
    std::puts(s.c_str());
  }
  std::printf("%ld %ld\n", news, deletes);
}
