// Does a loop that runs in fast code go on in the code that was asked for, with
// all that it had computed, and can nobody tell?
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clangxx -O1 %s -o native && ./native n > n && ./native c > c && ./native i > i
// RUN: %clangxx -O1 -c -emit-llvm %s -o prog.bc
// RUN: %clangxx -O1 -g -c -emit-llvm %s -o lines.bc
// Each first: what is called later has its final code before that.
// RUN: %remote-run --lazy=on prog.bc n moves | diff n -
// RUN: %remote-run --lazy=on prog.bc c moves | diff c -
// RUN: %remote-run --lazy=on prog.bc i moves | diff i -
// RUN: %remote-run --lazy=on -j1 prog.bc n moves | diff n -
// RUN: %remote-run --lazy=on lines.bc n moves | diff n -
// A crash in the better code names the function, and the line.
// RUN: not --crash %remote-run --lazy=on lines.bc n moves crash 2> crash
// RUN: FileCheck %s --check-prefix CRASH --input-file crash
// CRASH: #0 {{.*}}nested({{.*}}running-loops.cpp:[[# @LINE + 47]]
// CRASH-NEXT: #1 main
// Fast code that an earlier run has left goes on there, too.
// RUN: env REMOTE_RUN_CACHE=%t/cache %remote-run --lazy=on prog.bc n | diff n -
// RUN: env REMOTE_RUN_CACHE=%t/cache %remote-run --lazy=on prog.bc n moves | diff n -
#include "Inputs/large.h"
#include <cstdio>
#include <cstring>
#include <ctime>
#include <stdexcept>

namespace {

bool Moves, Crashes;
int *volatile Nowhere;

/// Whether its caller's code is elsewhere than it was at first, in one call of
/// that: it changes once, when there is better code. False where that does not
/// come.
struct Place {
  const void *First = nullptr;
  bool HasMoved = false;
  std::time_t Start = std::time(nullptr);

  __attribute__((noinline)) bool hasChanged() {
    const void *Now = __builtin_return_address(0);
    if (!First)
      First = Now;
    return HasMoved |= Now != First;
  }
  bool isWaiting() const { return std::time(nullptr) - Start < 100; }
};

struct Noisy {
  const char *Name;
  ~Noisy() { std::printf("~%s\n", Name); }
};

/// Loops in each other, variables of the frame, and an exception that passes it.
__attribute__((noinline)) unsigned nested(Place &Its, double &Half) {
  LARGE;
  Noisy Local{"nested"};
  unsigned Held[8] = {}, Rounds = 0;
  do {
    for (unsigned I = 0; I != 8; ++I) {
      Held[I] += I * I;
      if (Its.hasChanged() && Crashes)
        *Nowhere = 1; // here
    }
    ++Rounds;
  } while (Moves && !Its.HasMoved && Its.isWaiting());
  Half /= 2;
  std::printf("moved %d\n", Its.HasMoved == Moves);
  unsigned Sum = 0;
  for (unsigned Each : Held)
    Sum += Each;
  // The same in each round.
  if (Sum % Rounds != 0)
    throw std::logic_error("lost");
  throw Sum / Rounds;
}

/// Catches what is thrown in its loop, and goes on.
__attribute__((noinline)) unsigned catching(Place &Its) {
  LARGE;
  unsigned Caught = 0, Rounds = 0;
  do {
    try {
      Noisy *None = nullptr;
      if (++Rounds % 2)
        throw Rounds;
      static_cast<void>(None);
    } catch (unsigned Which) {
      Caught += Which == Rounds;
    }
  } while (Rounds % 2 || (Moves && !Its.hasChanged() && Its.isWaiting()));
  std::printf("caught %d, moved %d\n", Caught * 2 == Rounds,
              Its.HasMoved == Moves);
  return Rounds;
}

/// An interpreter that is in one call.
__attribute__((noinline)) unsigned interpreter(const unsigned char *Code,
                                               Place &Its) {
  static const void *const Table[] = {&&Add, &&Double, &&Again, &&Stop};
  unsigned X = 0, Rounds = 0;
  const unsigned char *At = Code;
  goto *Table[*At++];
Add:
  X += *At++;
  goto *Table[*At++];
Double:
  X *= 2;
  goto *Table[*At++];
Again:
  ++Rounds;
  if (Moves && !Its.hasChanged() && Its.isWaiting()) {
    At = Code;
    X = 0;
  }
  goto *Table[*At++];
Stop:
  std::printf("moved %d\n", Its.HasMoved == Moves);
  return X;
}

} // namespace

int main(int Count, char **Arguments) {
  Moves = Count > 2;
  Crashes = Count > 3;
  Place Its;
  if (*Arguments[1] == 'c')
    std::printf("even %d\n", catching(Its) % 2 == 0);
  if (*Arguments[1] == 'i') {
    const unsigned char Code[] = {0, 3, 1, 0, 1, 2, 3};
    std::printf("interpreted %u\n", interpreter(Code, Its));
  }
  if (*Arguments[1] != 'n')
    return 0;
  double Half = 1;
  try {
    nested(Its, Half);
  } catch (unsigned Sum) {
    std::printf("sum %u %g\n", Sum, Half);
  }
}
