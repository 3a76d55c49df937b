//===- AArch64.cpp - The executor on AArch64 ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/machine/Machine.h"

#include <cstring>
#include <sys/ucontext.h>

namespace remoterun::executor {

using Access = wire::CrashReport::Access;

namespace {

const mcontext_t &machineContext(const void *Context) {
  return static_cast<const ucontext_t *>(Context)->uc_mcontext;
}

/// The exception syndrome register, which the kernel adds to the context of a
/// fault (its asm/sigcontext.h); 0 where it is not there.
uint64_t exceptionSyndrome(const void *Context) {
  constexpr uint32_t EsrMagic = 0x45535201;
  struct Record {
    uint32_t Magic;
    uint32_t Size;
  } Found;
  const auto &Extra = machineContext(Context).__reserved;
  for (size_t At = 0; At + 2 * sizeof(Record) <= sizeof(Extra);) {
    std::memcpy(&Found, &Extra[At], sizeof(Found));
    if (Found.Magic == 0 || Found.Size < sizeof(Record))
      break;
    if (Found.Magic == EsrMagic) {
      uint64_t Syndrome;
      std::memcpy(&Syndrome, &Extra[At + sizeof(Record)], sizeof(Syndrome));
      return Syndrome;
    }
    At += Found.Size;
  }
  return 0;
}

/// By the encodings of loads and stores (Arm Architecture Reference Manual,
/// C4.1, "Loads and Stores"). What does both reads first.
Access accessOf(uint32_t Instruction) {
  constexpr uint32_t IsLoad = 1 << 22, IsVector = 1 << 26, Opc = 3 << 22;
  auto Is = [&](uint32_t Mask, uint32_t Value) {
    return (Instruction & Mask) == Value;
  };
  if (Is(0xffffffe0, 0xd50b7420)) // DC ZVA
    return Access::Write;
  if (!Is(0x0a000000, 0x08000000))
    return Access::Unknown;
  if (Is(0x3b000000, 0x18000000) || // From a literal.
      Is(0x3b200c00, 0x38200000) || // Atomic.
      Is(0x3fa07c00, 0x08a07c00))   // Compare and swap.
    return Access::Read;
  // Of general registers, some loads extend the sign, and have another bit.
  bool IsGeneral = Is(0x3a000000, 0x38000000) && !(Instruction & IsVector);
  return Instruction & (IsGeneral ? Opc : IsLoad) ? Access::Read
                                                  : Access::Write;
}

bool isBehindSystemCall(uint64_t Pc) {
  constexpr uint8_t Svc[] = {0x01, 0x00, 0x00, 0xd4};
  return isBehind(Pc, Svc, sizeof(Svc));
}

} // namespace

RegisterFile interruptedRegisters(const void *Context) {
  const mcontext_t &Machine = machineContext(Context);
  RegisterFile Found;
  for (unsigned I = 0; I != StackPointerRegister; ++I)
    Found.Values[I] = Machine.regs[I];
  Found.Values[StackPointerRegister] = Machine.sp;
  Found.Values[ProgramCounterRegister] = Machine.pc;
  return Found;
}

void reportedRegisters(const void *Context,
                       uint64_t (&Values)[ReportedRegisterCount]) {
  RegisterFile Found = interruptedRegisters(Context);
  std::memcpy(Values, Found.Values, sizeof(Found.Values));
  Values[DwarfRegisterCount] = machineContext(Context).pstate;
}

FaultPlace faultPlace(const siginfo_t &Info, const void *Context) {
  return {interruptedRegisters(Context).pc(),
          reinterpret_cast<uintptr_t>(Info.si_addr)};
}

Access faultAccess(const siginfo_t &Info, const void *Context) {
  // Arm Architecture Reference Manual, ESR_EL1: the exception's class, and
  // whether a data abort was a write.
  constexpr unsigned ClassShift = 26;
  constexpr uint64_t InstructionAbort = 0x20, DataAbort = 0x24, WasWrite = 0x40;
  uint64_t Syndrome = exceptionSyndrome(Context);
  if (Syndrome >> ClassShift == InstructionAbort)
    return Access::Execute;
  if (Syndrome >> ClassShift == DataAbort)
    return Syndrome & WasWrite ? Access::Write : Access::Read;
  uint64_t Pc = machineContext(Context).pc;
  if (Pc == reinterpret_cast<uintptr_t>(Info.si_addr))
    return Access::Execute;
  uint32_t Instruction;
  std::memcpy(&Instruction, reinterpret_cast<const void *>(Pc),
              sizeof(Instruction));
  return accessOf(Instruction);
}

bool happensAgain(const siginfo_t &Info, const void *Context) {
  uint64_t Pc = machineContext(Context).pc;
  return mayBeFaultAt(Pc, Info, isBehindSystemCall(Pc));
}

// Misaligned accesses are the kernel's affair here, or allowed.
void allowMisalignedAccess() {}

void callOnStack(void (*Function)(void *), void *Argument, void *StackEnd) {
  // What a called function may change: Procedure Call Standard for the Arm
  // 64-bit Architecture, section 6.1.
  register void *First asm("x0") = Argument;
  asm volatile("mov x19, sp\n"
               "mov sp, %[StackEnd]\n"
               "blr %[Function]\n"
               "mov sp, x19"
               : "+r"(First)
               : [Function] "r"(Function), [StackEnd] "r"(StackEnd)
               : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
                 "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19",
                 "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8",
                 "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17",
                 "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26",
                 "v27", "v28", "v29", "v30", "v31", "cc", "memory");
}

const void *interruptedContext(uint64_t Pc, uint64_t StackPointer) {
  // mov x8, __NR_rt_sigreturn; svc 0. Linux keeps its vDSO without a table for
  // these (its arch/arm64/kernel/vdso/sigreturn.S), so that unwinders see them.
  constexpr uint32_t SignalReturn[] = {0xd2801168, 0xd4000001};
  if (std::memcmp(reinterpret_cast<const void *>(Pc), SignalReturn,
                  sizeof(SignalReturn)) != 0)
    return nullptr;
  // What is on the stack then (its asm/ucontext.h, struct rt_sigframe).
  struct Frame {
    siginfo_t Info;
    ucontext_t Context;
  };
  return &reinterpret_cast<const Frame *>(StackPointer)->Context;
}

RegisterFile callerOfFunctionJustEntered(const RegisterFile &Callee) {
  RegisterFile Caller = Callee;
  Caller.Values[ProgramCounterRegister] = Callee.Values[LinkRegister];
  return Caller;
}

// What a descriptor of a thread-local variable calls, with where the descriptor
// is in x0, where the program is no image: its argument is the index of the
// variable, for __tls_get_addr. It returns the distance from the thread
// pointer, and keeps all other registers (ELF for the Arm 64-bit Architecture,
// "Thread-local storage", TLS descriptors), but for the flags.
asm(".text\n"
    ".p2align 2\n"
    ".globl remoteRunDescriptor\n"
    ".hidden remoteRunDescriptor\n"
    ".type remoteRunDescriptor, @function\n"
    "remoteRunDescriptor:\n"
    ".cfi_startproc\n"
    "stp x29, x30, [sp, #-16]!\n"
    ".cfi_def_cfa_offset 16\n"
    ".cfi_offset x29, -16\n"
    ".cfi_offset x30, -8\n"
    "mov x29, sp\n"
    ".cfi_def_cfa x29, 16\n"
    "sub sp, sp, #656\n"
    "stp x1, x2, [sp]\n"
    "stp x3, x4, [sp, #16]\n"
    "stp x5, x6, [sp, #32]\n"
    "stp x7, x8, [sp, #48]\n"
    "stp x9, x10, [sp, #64]\n"
    "stp x11, x12, [sp, #80]\n"
    "stp x13, x14, [sp, #96]\n"
    "stp x15, x16, [sp, #112]\n"
    "stp x17, x18, [sp, #128]\n"
    ".irp number, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30\n"
    "str q\\number, [sp, #(144 + 16 * \\number)]\n"
    ".endr\n"
    ".irp number, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31\n"
    "str q\\number, [sp, #(144 + 16 * \\number)]\n"
    ".endr\n"
    "ldr x0, [x0, #8]\n"
    "bl __tls_get_addr\n"
    "mrs x1, tpidr_el0\n"
    "sub x0, x0, x1\n"
    ".irp number, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30\n"
    "ldr q\\number, [sp, #(144 + 16 * \\number)]\n"
    ".endr\n"
    ".irp number, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31\n"
    "ldr q\\number, [sp, #(144 + 16 * \\number)]\n"
    ".endr\n"
    "ldp x1, x2, [sp]\n"
    "ldp x3, x4, [sp, #16]\n"
    "ldp x5, x6, [sp, #32]\n"
    "ldp x7, x8, [sp, #48]\n"
    "ldp x9, x10, [sp, #64]\n"
    "ldp x11, x12, [sp, #80]\n"
    "ldp x13, x14, [sp, #96]\n"
    "ldp x15, x16, [sp, #112]\n"
    "ldp x17, x18, [sp, #128]\n"
    "mov sp, x29\n"
    "ldp x29, x30, [sp], #16\n"
    ".cfi_def_cfa sp, 0\n"
    ".cfi_restore x29\n"
    ".cfi_restore x30\n"
    "ret\n"
    ".cfi_endproc\n"
    ".size remoteRunDescriptor, . - remoteRunDescriptor\n");

} // namespace remoterun::executor
