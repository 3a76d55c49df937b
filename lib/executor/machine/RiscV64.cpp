//===- RiscV64.cpp - The executor on 64-bit RISC-V ----------------------===//
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

/// The program counter has the place of x0, which is always 0.
const greg_t *generalRegisters(const void *Context) {
  return static_cast<const ucontext_t *>(Context)->uc_mcontext.__gregs;
}

/// By the encodings of loads and stores (RISC-V Unprivileged ISA, "RV32/64G
/// Instruction Set Listings" and "RVC Instruction Set Listings").
Access accessOf(const uint8_t *Code) {
  uint16_t Low;
  std::memcpy(&Low, Code, sizeof(Low));
  if ((Low & 3) != 3) {
    unsigned Function = Low >> 13;
    if ((Low & 3) == 1 || Function == 0 || Function == 4)
      return Access::Unknown;
    return Function < 4 ? Access::Read : Access::Write;
  }
  switch (Low & 0x7f) {
  case 0x03:
  case 0x07:
    return Access::Read;
  case 0x23:
  case 0x27:
    return Access::Write;
  case 0x2f: {
    constexpr uint8_t LoadReserved = 2;
    return Code[3] >> 3 == LoadReserved ? Access::Read : Access::Write;
  }
  default:
    return Access::Unknown;
  }
}

bool isBehindSystemCall(uint64_t Pc) {
  constexpr uint8_t Ecall[] = {0x73, 0x00, 0x00, 0x00};
  return isBehind(Pc, Ecall, sizeof(Ecall));
}

} // namespace

RegisterFile interruptedRegisters(const void *Context) {
  RegisterFile Found;
  std::memcpy(Found.Values, generalRegisters(Context),
              ProgramCounterRegister * sizeof(uint64_t));
  Found.Values[0] = 0;
  Found.Values[ProgramCounterRegister] = generalRegisters(Context)[REG_PC];
  return Found;
}

void reportedRegisters(const void *Context,
                       uint64_t (&Values)[ReportedRegisterCount]) {
  RegisterFile Found = interruptedRegisters(Context);
  std::memcpy(Values, Found.Values, sizeof(Values));
}

FaultPlace faultPlace(const siginfo_t &Info, const void *Context) {
  return {interruptedRegisters(Context).pc(),
          reinterpret_cast<uintptr_t>(Info.si_addr)};
}

Access faultAccess(const siginfo_t &Info, const void *Context) {
  uint64_t Pc = generalRegisters(Context)[REG_PC];
  // An instruction may lie on two pages.
  if (reinterpret_cast<uintptr_t>(Info.si_addr) - Pc < 4)
    return Access::Execute;
  return accessOf(reinterpret_cast<const uint8_t *>(Pc));
}

bool happensAgain(const siginfo_t &Info, const void *Context) {
  uint64_t Pc = generalRegisters(Context)[REG_PC];
  return mayBeFaultAt(Pc, Info, isBehindSystemCall(Pc));
}

// Misaligned accesses are the kernel's affair here, or allowed.
void allowMisalignedAccess() {}

void callOnStack(void (*Function)(void *), void *Argument, void *StackEnd) {
  // What a called function may change: RISC-V Calling Conventions, "Register
  // Convention".
  register void *First asm("a0") = Argument;
  asm volatile("mv s1, sp\n"
               "mv sp, %[StackEnd]\n"
               "jalr %[Function]\n"
               "mv sp, s1"
               : "+r"(First)
               : [Function] "r"(Function), [StackEnd] "r"(StackEnd)
               : "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a1", "a2",
                 "a3", "a4", "a5", "a6", "a7", "s1", "ft0", "ft1", "ft2", "ft3",
                 "ft4", "ft5", "ft6", "ft7", "ft8", "ft9", "ft10", "ft11",
                 "fa0", "fa1", "fa2", "fa3", "fa4", "fa5", "fa6", "fa7",
                 "memory");
}

RegisterFile callerOfFunctionJustEntered(const RegisterFile &Callee) {
  RegisterFile Caller = Callee;
  Caller.Values[ProgramCounterRegister] = Callee.Values[LinkRegister];
  return Caller;
}

} // namespace remoterun::executor
