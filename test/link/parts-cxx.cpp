// Is a C++ program that is cut into parts the same one: with constructors in their
// order, exceptions, types, virtual calls, inline variables and thread-local ones?
//
// DEFINE: %{parts} = %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm
// RUN: %{parts} --sizes=1,30,1000 %s
// RUN: %{parts} --flags=-femulated-tls --levels=0 --sizes=30 %s
// RUN: %{parts} --remote=-emulated-tls --levels=2 --sizes=30 %s
// RUN: %{parts} --flags=-g --levels=2 --sizes=30 %s
// RUN: %{parts} --remote=-code-model=large --sizes=30 --levels=2 %s
// RUN: %{parts} --flags='-fno-pic' --link=-no-pie --remote=-relocation-model=static --sizes=30 --levels=2 %s

#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <typeinfo>
#include <vector>

#define APART __attribute__((noinline))

namespace {
struct Noted {
  const char *Name;
  explicit Noted(const char *Name) : Name(Name) { std::printf("+%s ", Name); }
  ~Noted() { std::printf("-%s ", Name); }
};
// Not in the order of their priorities.
__attribute__((init_priority(300))) Noted Third("third");
__attribute__((init_priority(101))) Noted First("first");
Noted Last("last");
Noted AfterLast("after");
__attribute__((init_priority(200))) Noted Second("second");
__attribute__((constructor(150))) void early() { std::printf("early "); }
__attribute__((destructor)) void late() { std::printf("late\n"); }
} // namespace

// Guarded and shared.
inline std::map<std::string, int> Registry = {{"a", 1}};
template <class T> inline int Instances = 10;
inline int &counter() {
  static int Counter = [] {
    std::printf("counted ");
    return 40;
  }();
  return ++Counter;
}
template <class T> APART int raise() { return ++Instances<T>; }
APART int readInstances() { return Instances<int> * 100 + Instances<char>; }

// A type's identity, tables with virtual bases, destructors through them.
namespace {
struct Hidden {
  virtual ~Hidden() { std::printf("~Hidden "); }
  virtual int value() const { return 1; }
};
struct Other : virtual Hidden {
  int value() const override { return 2; }
  ~Other() override { std::printf("~Other "); }
};
struct Both final : Other, std::runtime_error {
  Both() : std::runtime_error("both") {}
  int value() const override { return 3; }
};
} // namespace
APART Hidden *make(int N) {
  if (N == 0)
    return new Hidden;
  return N == 1 ? new Other : static_cast<Hidden *>(new Both);
}
APART int ask(const Hidden &Which) { return Which.value(); }
APART bool isOther(Hidden *Which) { return dynamic_cast<Other *>(Which); }
APART const std::type_info &typeOf(Hidden &Which) { return typeid(Which); }

// Exceptions, from part to part.
APART static void fail(int N) {
  Noted Here("fail");
  if (N == 0)
    throw 7;
  if (N == 1)
    throw Both();
  throw std::string("text");
}
APART static void pass(int N) {
  Noted Here("pass");
  fail(N);
}
APART static int handle(int N) {
  try {
    pass(N);
  } catch (int Number) {
    return Number;
  } catch (const Other &O) {
    return ask(O);
  } catch (...) {
    try {
      throw;
    } catch (const std::string &Text) {
      return static_cast<int>(Text.size());
    }
  }
  return -1;
}
APART static void promised() noexcept { counter(); }

// A variable per thread, local and not, constructed and not.
static thread_local int Plain = 5;
thread_local std::string Text = "main";
namespace {
thread_local Noted PerThread("thread");
}
APART int raisePlain() { return ++Plain; }
APART int readPlain() { return Plain; }
APART int *addressOfPlain() { return &Plain; }
APART const char *perThread() { return PerThread.Name; }
APART void append(const char *More) { Text += More; }
APART const std::string &text() { return Text; }

static int twice(int N) { return 2 * N; }
using Function = int (*)(int);
APART Function oneAddress() { return twice; }
APART Function sameAddress() { return twice; }
template <int N> struct Table {
  static constexpr int Squares[] = {N, N * N, N * N * N};
  static int at(int I) { return Squares[I]; }
};

int main() {
  std::printf("| main\n");
  std::printf("%d %d %d\n", raise<int>(), raise<int>(), raise<char>());
  std::printf("%d %d %d\n", readInstances(), counter(), counter());
  for (int N = 0; N < 3; ++N) {
    Hidden *Made = make(N);
    std::printf("%d %d %d ", ask(*Made), isOther(Made),
                typeOf(*Made) == typeid(Other));
    delete Made;
  }
  std::printf("\n%d %d %d\n", handle(0), handle(1), handle(2));
  promised();
  raisePlain();
  append("!");
  std::thread([] {
    append("thread");
    std::printf("%d %d %s %s\n", raisePlain(), *addressOfPlain(), perThread(),
                text().c_str());
  }).join();
  std::printf("%d %s %d\n", readPlain(), text().c_str(),
              oneAddress() == sameAddress());
  std::vector<std::string> Words = {"x", "yy"};
  Registry["b"] = Table<3>::at(2);
  for (const auto &[Name, Value] : Registry)
    std::printf("%s=%d ", Name.c_str(), Value);
  std::printf("%zu\n", Words.size());
  return 0;
}
