// Do thread_local variables have their constructors and destructors run, once
// for each thread, in the native order, also in the main thread at exit?
// RUN: %same --status 0 --flags=-std=c++17 %s
// RUN: %same --status 0 --flags=-std=c++17 --remote=-emulated-tls %s
// RUN: %same --status 5 --flags="-std=c++17 -DEXIT_IN_THREAD" %s

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

struct Traced {
  Traced(const char *Name) : Name(Name) { std::printf("+%s\n", Name); }
  ~Traced() { std::printf("-%s %d\n", Name, Value); }
  const char *Name;
  int Value = 0;
};

thread_local Traced First("first");
thread_local Traced Second("second");
static Traced Global("global");
static thread_local int Plain = 40;
alignas(256) static thread_local char Aligned[3] = {1, 2, 3};
inline thread_local std::string Text = "text";
static thread_local char Large[100000];

template <typename T> struct Holder {
  static thread_local T Value;
};
template <typename T> thread_local T Holder<T>::Value = T(7);

static int viaAtExit() {
  std::atexit([] { std::printf("atexit: %d %d\n", Plain, First.Value); });
  return 0;
}
static int Registered = viaAtExit();

static void use(const char *Who) {
  First.Value = ++Plain;
  thread_local Traced Local("local");
  Local.Value = Plain + 1;
  Large[99999] = static_cast<char>(Plain);
  Text += Who;
  ++Holder<long>::Value;
  std::printf("%s %d %d %ld %s aligned %d\n", Who, Plain,
              Aligned[0] + Aligned[1] + Aligned[2], Holder<long>::Value,
              Text.c_str(),
              reinterpret_cast<std::uintptr_t>(Aligned) % 256 == 0);
}

int main() {
  use("main");
  int *OfMain = &Plain;
  for (int I = 0; I < 3; ++I)
    std::thread([&] {
      use("thread");
      use("again");
      std::printf("distinct %d\n", &Plain != OfMain);
    }).join();
  std::printf("main has %d\n", Plain);
#ifdef EXIT_IN_THREAD
  std::thread([] {
    use("exiting");
    std::exit(5);
  }).join();
#endif
  return 0;
}
