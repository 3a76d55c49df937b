// Constructors and destructors, exit handlers, callbacks of libc, returns that come
// twice, tail calls, local statics, recursion and plug-ins: all with late functions.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clangxx -shared -fPIC -DPLUGIN %s -o plugin.so
// RUN: %same --status 3 --flags=-DFOLDER=\"%t\" --link="-rdynamic -pthread" --remote="--lazy=on -rdynamic" %s %S/Inputs/assembly.c %S/Inputs/more-assembly.c
// RUN: %same --status 3 --flags="-DFOLDER=\"%t\" -fno-exceptions" --link="-rdynamic -pthread" --remote="--lazy=on -rdynamic -j1" %s %S/Inputs/assembly.c %S/Inputs/more-assembly.c
#ifdef PLUGIN
extern "C" int ofProgram(int);
extern "C" int ofPlugIn(int (*Call)(int), int X) {
  return Call(X) + ofProgram(X) * 100;
}
#else
#include <algorithm>
#include <csetjmp>
#include "Inputs/large.h"
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <string>
#include <unistd.h>
#include <vector>

#define LATE [[gnu::noinline]]
extern "C" int fromAssembly(int), fromMore(int);

struct Global {
  const char *Name;
  LATE explicit Global(const char *Its) : Name(Its) { std::printf("+%s\n", Name); }
  LATE ~Global() { std::printf("-%s\n", Name); }
};
static Global One("one"), Two("two");
[[gnu::constructor(200)]] LATE static void early() {
  LARGE;
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  std::puts("early");
}
[[gnu::destructor]] LATE static void last() {
  LARGE;
  std::puts("last");
}
LATE static void atExit() {
  LARGE;
  std::puts("at exit");
}

extern "C" LATE int ofProgram(int X) {
  LARGE;
  return X + 1;
}
LATE static int calledBack(int X) {
  LARGE;
  return X * 2;
}
LATE static int compare(const void *A, const void *B) {
  LARGE;
  return *static_cast<const int *>(A) - *static_cast<const int *>(B);
}
LATE static void once() {
  LARGE;
  std::puts("once");
}

struct Shape {
  virtual ~Shape() = default;
  virtual int area() const = 0;
};
struct Square : Shape {
  int Side;
  explicit Square(int Its) : Side(Its) {}
  LATE int area() const override {
    LARGE;
    return Side * Side;
  }
};
struct Line final : Shape {
  LATE int area() const override {
    LARGE;
    return 0;
  }
};
LATE static int &counter() {
  static int Its = calledBack(21);
  return Its;
}
LATE static int fibonacci(int N) {
  return N < 2 ? N : fibonacci(N - 1) + fibonacci(N - 2);
}
LATE static bool isOdd(unsigned N);
LATE static bool isEven(unsigned N) { return N == 0 || isOdd(N - 1); }
LATE static bool isOdd(unsigned N) { return N != 0 && isEven(N - 1); }
#ifdef __clang__
LATE static int endOfTail(int N, int Sum) { return N + Sum; }
LATE static int tail(int N, int Sum) {
  if (N == 0)
    [[clang::musttail]] return endOfTail(N, Sum);
  [[clang::musttail]] return tail(N - 1, Sum + N);
}
#endif
static std::jmp_buf Back;
LATE static void jump(int Value) { std::longjmp(Back, Value); }
LATE static int setsJump() {
  volatile int Times = 0;
  int Value = setjmp(Back);
  Times = Times + 1;
  if (Value < 3)
    jump(Value + 1);
  return Times * 10 + Value;
}
static thread_local int PerThread = 5;
LATE static int &perThread() { return PerThread; }
LATE static void *inThread(void *) {
  LARGE;
  perThread() = 9;
  std::printf("thread %d\n", perThread());
  return nullptr;
}
struct Big {
  long Values[20];
};
LATE static Big big(Big Its, int Where) {
  Its.Values[Where] = Where;
  return Its;
}
LATE static std::string joined(const std::map<std::string, int> &Its) {
  std::string Text;
  for (const auto &[Name, Number] : Its)
    Text += Name + "=" + std::to_string(Number) + " ";
  return Text;
}
LATE static int usesTable(int X) {
  switch (X) {
  case 0: return 17;
  case 1: return perThread();
  case 2: return 3;
  case 3: return counter();
  case 4: return 99;
  case 5: return X * 5;
  case 6: return fibonacci(6);
  default: return -1;
  }
}
LATE static int sumOf(std::function<int(int)> F) { return F(1) + F(2); }

int main() {
  std::atexit(atExit);
  int Numbers[] = {5, 2, 4, 1, 3}, Key = 4;
  std::qsort(Numbers, 5, sizeof(int), compare);
  auto *Found = static_cast<int *>(std::bsearch(&Key, Numbers, 5, sizeof(int), compare));
  std::printf("%d%d%d%d%d %ld\n", Numbers[0], Numbers[1], Numbers[2], Numbers[3],
              Numbers[4], long(Found - Numbers));
  static pthread_once_t Once = PTHREAD_ONCE_INIT;
  pthread_once(&Once, once);
  pthread_once(&Once, once);
  std::once_flag Flag;
  std::call_once(Flag, once);
  std::unique_ptr<Shape> Shapes[] = {std::make_unique<Square>(3), std::make_unique<Line>()};
  for (const auto &Each : Shapes)
    std::printf("%d\n", Each->area());
  counter() += 5;
  std::printf("%d %d %d\n", counter(), fibonacci(20), isEven(100001));
#ifdef __clang__
  std::printf("%d\n", tail(1000, 0));
#endif
  std::printf("%d\n", setsJump());
  pthread_t Thread;
  pthread_create(&Thread, nullptr, inThread, nullptr);
  pthread_join(Thread, nullptr);
  std::printf("%d %ld\n", perThread(), big(Big{}, 7).Values[7]);
  std::printf("%s\n", joined({{"a", 1}, {"b", 2}}).c_str());
  for (int X = 0; X != 8; ++X)
    std::printf("%d ", usesTable(X));
  int Factor = 10;
  std::printf("%d\n", sumOf([&](int X) { return X * Factor; }));
  void *PlugIn = dlopen(FOLDER "/plugin.so", RTLD_NOW);
  if (!PlugIn)
    return std::puts(dlerror()), 1;
  auto *OfPlugIn = reinterpret_cast<int (*)(int (*)(int), int)>(dlsym(PlugIn, "ofPlugIn"));
  std::printf("%d %d\n", OfPlugIn(calledBack, 4),
              dlsym(RTLD_DEFAULT, "ofProgram") == reinterpret_cast<void *>(ofProgram));
  std::printf("%d %d\n", fromAssembly(1), fromMore(2));
  std::vector<int> V(Numbers, Numbers + 5);
  std::sort(V.begin(), V.end(), std::greater<>());
  std::printf("%d\n", V[0]);
  std::exit(3);
}
#endif
