// Does the report tell of the exception that ended the program?
// UNSUPPORTED: sanitized-executor
// RUN: %clangxx -O1 -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/causes.py %s %bare-remote-run --disable-core-files %t.bc

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace shapes {
struct Error {};
template <typename T> struct Bad : std::logic_error {
  using std::logic_error::logic_error;
};
} // namespace shapes
namespace {
struct Hidden : std::exception {
  const char *what() const noexcept override { return "it is hidden"; }
};
} // namespace
struct Abstract {
  Abstract() { call(); }
  __attribute__((noinline)) void call() { method(); }
  virtual void method() = 0;
};
struct Concrete : Abstract {
  void method() override {}
};

static void throwsNothing() noexcept { throw shapes::Error(); }

template <typename ActionT> static void whileHandling(ActionT Action) {
  try {
    throw std::runtime_error("the first");
  } catch (...) {
    Action();
  }
}

int main(int, char **argv) {
  switch (atoi(argv[1])) {
  case 1: throw std::runtime_error("no \"circle\""); // uncaught exception of type std::runtime_error: no "circle"
  case 2: throw 3; // uncaught exception of type int
  case 3: throw "text"; // uncaught exception of type char const*
  case 4: throw shapes::Error(); // uncaught exception of type shapes::Error
  case 5: throw shapes::Bad<std::vector<int>>("bad"); // uncaught exception of type shapes::Bad<std::vector<int, std::allocator<int>>>: bad
  case 6: throw Hidden(); // uncaught exception of type (anonymous namespace)::Hidden
  case 7: throwsNothing(); break; // uncaught exception of type shapes::Error
  case 8: throw std::runtime_error(""); // uncaught exception of type std::runtime_error
  case 9: throw std::runtime_error("a\n\x1b[1mb"); // uncaught exception of type std::runtime_error: a??[1mb
  case 10: ::operator new(999999999999999999); break; // uncaught exception of type std::bad_alloc: std::bad_alloc
  case 11: std::string("abc").at(7); break; // uncaught exception of type std::out_of_range: basic_string::at: *
  case 12: whileHandling([] { throw; }); break; // uncaught exception of type std::runtime_error: the first
  case 13: whileHandling([] { throw shapes::Error(); }); break; // uncaught exception of type shapes::Error
  case 14: whileHandling([] { abort(); }); break; // abort() was called, while handling an exception of type std::runtime_error*
  case 15: std::terminate(); // std::terminate() was called
  case 16: { Concrete object; break; } // pure virtual function called
  }
}
