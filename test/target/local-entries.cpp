// Do functions of a file keep the table of contents when they call each other,
// whatever a call before has left in the register that tells a function its own
// address? Local ones and global ones, the first of a section and others, through
// assembly that says no more than what it must, and at the end of a function.
// REQUIRES: target-ppc64le
// RUN: %same --target powerpc64le-linux-gnu --levels 0,1,2 --status 0 %s
// RUN: %same --target powerpc64le-linux-gnu --levels 0,2 --status 0 \
// RUN:   --flags=-ffunction-sections %s
// RUN: %same --target powerpc64le-linux-gnu --levels 0,2 --status 0 \
// RUN:   --remote=--part-size=1 %s
// RUN: %same --target powerpc64le-linux-gnu --levels 0,2 --status 0 \
// RUN:   --remote=--image=false %s

#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

static int Calls;

// Two functions of a section, of which the first is at its start, and a third
// one that needs no table of contents.
__attribute__((section(".text.apart"), noinline)) static int first(int Number) {
  return Number + ++Calls;
}
__attribute__((section(".text.apart"), noinline)) static int alone(int Number) {
  asm volatile("");
  return Number + 1;
}
__attribute__((section(".text.apart"), noinline)) static int second(int Number) {
  std::printf("second %d\n", Number);
  int Sum = first(alone(Number));
  std::printf("second %d\n", Sum);
  return first(Sum) + alone(Sum);
}

__attribute__((noinline)) int global(int Number) {
  std::printf("global %d\n", ++Calls);
  return Number * 2;
}
namespace {
__attribute__((noinline)) int hidden(int Number) {
  std::printf("hidden %d\n", ++Calls);
  return Number < 5 ? global(Number) : second(Number);
}
} // namespace
__attribute__((noinline)) static int atTheEnd(int Number) {
  std::printf("at the end %d\n", ++Calls);
  return hidden(Number + 1);
}

// Nothing follows the calls, and no symbol is said to be a function. That of the
// section is for all that has no entry point of its own.
extern "C" int throughAssembly(int Number);
asm(R"(
  .section .text.assembly, "ax", @progbits
  .p2align 4
start:
  addis 2, 12, .TOC.-start@ha
  addi 2, 2, .TOC.-start@l
  .localentry start, .-start
  addis 4, 2, CallsAt@toc@ha
  ld 4, CallsAt@toc@l(4)
  lwz 5, 0(4)
  addi 5, 5, 100
  stw 5, 0(4)
  add 3, 3, 5
  blr
behind:
  li 12, 0
  b start
  .globl throughAssembly
  .type throughAssembly, @function
throughAssembly:
  addis 2, 12, .TOC.-throughAssembly@ha
  addi 2, 2, .TOC.-throughAssembly@l
  .localentry throughAssembly, .-throughAssembly
  mflr 0
  std 0, 16(1)
  stdu 1, -32(1)
  li 12, 0
  bl start
  bl behind
  addi 1, 1, 32
  ld 0, 16(1)
  mtlr 0
  blr
  .size throughAssembly, .-throughAssembly
  .section .toc, "aw", @progbits
  .p2align 3
CallsAt:
  .quad CallsInAssembly
  .comm CallsInAssembly, 4, 4
  .text
)");

template <typename T> __attribute__((noinline)) T ofTemplate(T Value) {
  std::printf("of a template %d\n", ++Calls);
  if (Calls % 2)
    throw std::runtime_error("odd " + std::to_string(Calls));
  return Value + first(static_cast<int>(Value));
}

int main(int Count, char **) {
  std::once_flag Flag;
  for (int I = 0; I != 2; ++I)
    std::call_once(Flag, [] { std::puts("once"); });
  std::printf("%d\n", atTheEnd(Count));
  std::printf("%d\n", atTheEnd(Count * 7));
  std::printf("%d\n", throughAssembly(Count));
  for (int I = 0; I != 4; ++I)
    try {
      std::printf("%g\n", ofTemplate(0.5 * I));
    } catch (const std::exception &Caught) {
      std::printf("caught %s\n", Caught.what());
    }
  std::once_flag InThread;
  std::thread Other([&] {
    std::call_once(InThread, [&] { std::printf("in a thread %d\n", ++Calls); });
  });
  Other.join();
  std::call_once(InThread, [] { std::puts("twice"); });
  int (*volatile Pointer)(int) = hidden;
  std::printf("%d\n", Pointer(Count * 9));
}
