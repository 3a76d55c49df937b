//===- Ppc64le.cpp - The executor on little-endian 64-bit PowerPC -------===//
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

/// In the kernel's order (its asm/ptrace.h).
enum Place { Nip = 32, Ctr = 35, Link = 36, Trap = 40, Dsisr = 42 };

const unsigned long *generalRegisters(const void *Context) {
  return static_cast<const ucontext_t *>(Context)->uc_mcontext.gp_regs;
}

/// Of primary operation code 31, by the extended one (Power ISA, appendix D).
Access accessOfExtended(unsigned Extended) {
  switch (Extended) {
  case 149:  // stdx
  case 150:  // stwcx.
  case 151:  // stwx
  case 181:  // stdux
  case 183:  // stwux
  case 214:  // stdcx.
  case 215:  // stbx
  case 247:  // stbux
  case 407:  // sthx
  case 439:  // sthux
  case 660:  // stdbrx
  case 662:  // stwbrx
  case 663:  // stfsx
  case 694:  // stbcx.
  case 726:  // sthcx.
  case 727:  // stfdx
  case 918:  // sthbrx
  case 983:  // stfiwx
  case 140:  // stxsiwx
  case 652:  // stxsspx
  case 716:  // stxsdx
  case 908:  // stxvw4x
  case 972:  // stxvd2x
  case 396:  // stxvx
  case 231:  // stvx
  case 487:  // stvxl
  case 1014: // dcbz
    return Access::Write;
  default:
    return Access::Read;
  }
}

/// Of what has faulted, so that it is a load or a store.
Access accessOf(uint32_t Instruction) {
  unsigned Primary = Instruction >> 26, Extended = (Instruction >> 1) & 0x3ff;
  switch (Primary) {
  case 31:
    return accessOfExtended(Extended);
  case 36: // stw
  case 37: // stwu
  case 38: // stb
  case 39: // stbu
  case 44: // sth
  case 45: // sthu
  case 47: // stmw
  case 52: // stfs
  case 53: // stfsu
  case 54: // stfd
  case 55: // stfdu
  case 62: // std, stdu, stq
    return Access::Write;
  case 61: // stxv, stxsd, stxssp, and lxv
    return (Instruction & 7) == 1 ? Access::Read : Access::Write;
  default:
    return Access::Read;
  }
}

bool isBehindSystemCall(uint64_t Pc) {
  constexpr uint8_t Sc[] = {0x02, 0x00, 0x00, 0x44};
  constexpr uint8_t Scv[] = {0x01, 0x00, 0x00, 0x44};
  return isBehind(Pc, Sc, sizeof(Sc)) || isBehind(Pc, Scv, sizeof(Scv));
}

} // namespace

RegisterFile interruptedRegisters(const void *Context) {
  const unsigned long *General = generalRegisters(Context);
  RegisterFile Found = {};
  for (unsigned I = 0; I != 32; ++I)
    Found.Values[I] = General[I];
  Found.Values[LinkRegister] = General[Link];
  Found.Values[ProgramCounterRegister] = General[Nip];
  return Found;
}

void reportedRegisters(const void *Context,
                       uint64_t (&Values)[ReportedRegisterCount]) {
  const unsigned long *General = generalRegisters(Context);
  for (unsigned I = 0; I != 32; ++I)
    Values[I] = General[I];
  Values[32] = General[Link];
  Values[33] = General[Ctr];
  Values[34] = General[Nip];
}

FaultPlace faultPlace(const siginfo_t &Info, const void *Context) {
  return {interruptedRegisters(Context).pc(),
          reinterpret_cast<uintptr_t>(Info.si_addr)};
}

Access faultAccess(const siginfo_t &Info, const void *Context) {
  // Power ISA, book III, "Interrupts": data storage interrupts with DSISR.
  constexpr unsigned long DataStorage = 0x300, InstructionStorage = 0x400,
                          WasStore = 0x02000000;
  const unsigned long *General = generalRegisters(Context);
  uint64_t Pc = General[Nip];
  if (General[Trap] == InstructionStorage ||
      Pc == reinterpret_cast<uintptr_t>(Info.si_addr))
    return Access::Execute;
  if (General[Trap] == DataStorage && General[Dsisr] != 0)
    return General[Dsisr] & WasStore ? Access::Write : Access::Read;
  uint32_t Instruction;
  std::memcpy(&Instruction, reinterpret_cast<const void *>(Pc),
              sizeof(Instruction));
  return accessOf(Instruction);
}

bool happensAgain(const siginfo_t &Info, const void *Context) {
  uint64_t Pc = generalRegisters(Context)[Nip];
  return mayBeFaultAt(Pc, Info, isBehindSystemCall(Pc));
}

// Misaligned accesses are the kernel's affair here, or allowed.
void allowMisalignedAccess() {}

void callOnStack(void (*Function)(void *), void *Argument, void *StackEnd) {
  // What a called function may change, r2 included, and the frame header that
  // it expects: 64-Bit ELF V2 ABI, section 2.2.
  register void *First asm("r3") = Argument;
  register void (*Entry)(void *) asm("r12") = Function;
  asm volatile("mr 14, 1\n"
               "mr 15, 2\n"
               "addi 1, %[StackEnd], -32\n"
               "li 0, 0\n"
               "std 0, 0(1)\n"
               "mtctr 12\n"
               "bctrl\n"
               "mr 1, 14\n"
               "mr 2, 15"
               : "+r"(First), "+r"(Entry)
               : [StackEnd] "b"(StackEnd)
               : "r0", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r14",
                 "r15", "lr", "ctr", "cr0", "cr1", "cr5", "cr6", "cr7", "xer",
                 "fr0", "fr1", "fr2", "fr3", "fr4", "fr5", "fr6", "fr7", "fr8",
                 "fr9", "fr10", "fr11", "fr12", "fr13", "v0", "v1", "v2", "v3",
                 "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13",
                 "v14", "v15", "v16", "v17", "v18", "v19", "memory");
}

RegisterFile callerOfFunctionJustEntered(const RegisterFile &Callee) {
  RegisterFile Caller = Callee;
  Caller.Values[ProgramCounterRegister] = Callee.Values[LinkRegister];
  return Caller;
}

} // namespace remoterun::executor
