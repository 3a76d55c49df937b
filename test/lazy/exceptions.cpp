// Do exceptions go through functions that came later, whoever throws and whoever
// catches: late ones, those that are there from the start, libc in between, those
// that have got better code meanwhile, and those that nobody has called before?
// RUN: %same --status 0 --remote=--lazy=on %s
// RUN: %same --status 0 --flags=-fPIC --remote="--lazy=on -j1" %s
#include "Inputs/large.h"
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <unistd.h>
#include <unwind.h>
#include <vector>

#define LATE [[gnu::noinline]]
// Assembly is compiled at once with the function that has it.
#define EAGER [[gnu::noinline]]
#define STAY asm volatile("nop")

struct Noisy {
  std::string Name;
  explicit Noisy(std::string Its) : Name(std::move(Its)) {}
  ~Noisy() { std::printf("~%s\n", Name.c_str()); }
};
struct Own : std::runtime_error {
  using runtime_error::runtime_error;
  virtual int code() const {
    LARGE;
    return 7;
  }
};
struct Derived : Own {
  using Own::Own;
  int code() const override {
    LARGE;
    return 8;
  }
};

LATE void throwLate(int Kind) {
  Noisy Here("throwLate");
  if (Kind == 0)
    throw Own("own");
  if (Kind == 1)
    throw Derived("derived");
  if (Kind == 2)
    throw 42;
}
EAGER void throwEager(int Kind) {
  STAY;
  Noisy Here("throwEager");
  throwLate(Kind);
  throw std::string("eager");
}
LATE int catchLate(void (*Do)(int), int Kind) {
  Noisy Here("catchLate");
  try {
    Do(Kind);
  } catch (const Own &Caught) {
    std::printf("%s %d %s\n", Caught.what(), Caught.code(), typeid(Caught).name());
    return 1;
  } catch (int Number) {
    return Number;
  } catch (const std::string &Text) {
    return int(Text.size());
  }
  return 0;
}
EAGER int catchEager(void (*Do)(int), int Kind) {
  STAY;
  Noisy Here("catchEager");
  try {
    Do(Kind);
  } catch (const std::exception &Caught) {
    std::printf("%s\n", Caught.what());
    return 2;
  } catch (...) {
    return 3;
  }
  return 0;
}
LATE void again(int Kind) {
  try {
    throwEager(Kind);
  } catch (...) {
    Noisy Here("again");
    throw;
  }
}
LATE int compareOrThrow(const void *A, const void *B) {
  LARGE;
  if (*static_cast<const int *>(A) == 5)
    throw Derived("from qsort");
  return *static_cast<const int *>(A) - *static_cast<const int *>(B);
}
LATE void sortIt(int) {
  int Numbers[] = {3, 1, 5, 2, 4};
  Noisy Here("sortIt");
  std::qsort(Numbers, 5, sizeof(int), compareOrThrow);
}
LATE void deep(int Depth) {
  LARGE;
  if (Depth == 0)
    throw Own("deep");
  deep(Depth - 1);
  std::printf("never %d\n", Depth);
}
LATE void cannotThrow(int) noexcept {
  LARGE;
  std::printf("noexcept\n");
}

static _Unwind_Reason_Code count(_Unwind_Context *, void *Its) {
  LARGE;
  ++*static_cast<int *>(Its);
  return _URC_NO_REASON;
}
LATE int depthHere() {
  int Depth = 0;
  _Unwind_Backtrace(count, &Depth);
  return Depth;
}
LATE int deeper(int More) { return More == 0 ? depthHere() : deeper(More - 1) + 0 * More; }

LATE void terminated() {
  LARGE;
  std::printf("terminate: %d\n", std::uncaught_exceptions());
  std::fflush(stdout);
  _exit(0);
}
LATE void mustNot(int Kind) noexcept { throwLate(Kind); }

int main() {
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  void (*const All[])(int) = {throwLate, throwEager, again, sortIt, deep,
                              cannotThrow};
  // Better code comes in the course of this.
  for (int Round = 0; Round != 50; ++Round)
    for (auto *Do : All)
      for (int Kind = 0; Kind != 4; ++Kind)
        std::printf("%d %d\n", catchLate(Do, Kind), catchEager(Do, Kind));
  std::vector<int> Some(3);
  try {
    (void)Some.at(5);
  } catch (const std::out_of_range &) {
    std::puts("out of range");
  }
  std::printf("deeper: %d\n", depthHere() > 1);
  std::set_terminate(terminated);
  mustNot(0);
}
