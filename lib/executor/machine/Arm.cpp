//===- Arm.cpp - The executor on 32-bit Arm with hardware floating point ===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/machine/Machine.h"

#include <cstring>
#include <sys/ucontext.h>

// NOLINTBEGIN(bugprone-reserved-identifier): the ABI gives the name.
/// How GCC registers a destructor here: libstdc++ has it, and libc has not.
extern "C" int __cxa_atexit(void (*Destroy)(void *), void *Object, void *Dso);
extern "C" int __aeabi_atexit(void *Object, void (*Destroy)(void *),
                              void *Dso) {
  return __cxa_atexit(Destroy, Object, Dso);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace remoterun::executor {

using Access = wire::CrashReport::Access;

namespace {

const mcontext_t &machineContext(const void *Context) {
  return static_cast<const ucontext_t *>(Context)->uc_mcontext;
}

const uint8_t *codeAt(uint64_t Pc) {
  return reinterpret_cast<const uint8_t *>(static_cast<uintptr_t>(Pc));
}

Access readIf(bool IsLoad) { return IsLoad ? Access::Read : Access::Write; }

/// Of the encodings A32 (Arm Architecture Reference Manual ARMv7-A, A5).
Access accessOfArm(uint32_t Instruction) {
  constexpr uint32_t IsLoad = 1 << 20, IsElementLoad = 1 << 21;
  auto Is = [&](uint32_t Mask, uint32_t Value) {
    return (Instruction & Mask) == Value;
  };
  if (Is(0xff000000, 0xf4000000))
    return readIf(Instruction & IsElementLoad);
  // LDRD and STRD have the bit of stores.
  if (Is(0x0e1000f0, 0x000000d0))
    return Access::Read;
  bool IsKnown = Is(0x0c000000, 0x04000000) || Is(0x0e000000, 0x08000000) ||
                 Is(0x0e000000, 0x0c000000) || Is(0x0e0000f0, 0x000000b0) ||
                 Is(0x0e0000d0, 0x000000d0) || Is(0x0f800ff0, 0x01800f90);
  return IsKnown ? readIf(Instruction & IsLoad) : Access::Unknown;
}

/// Of the encodings T32 (the same, A6), of which the first halfword is enough.
Access accessOfThumb(unsigned Half) {
  constexpr unsigned IsShortLoad = 1 << 11, IsLoad = 1 << 4, IsElementLoad = 2;
  switch (Half >> 12) {
  case 4:
    return Access::Read;
  case 5:
    return readIf((Half >> 9 & 7) > 2);
  case 6:
  case 7:
  case 8:
  case 9:
  case 0xb:
  case 0xc:
    return readIf(Half & IsShortLoad);
  case 0xf:
    if ((Half & 0xff10) == 0xf900)
      return readIf(Half & IsElementLoad);
    [[fallthrough]];
  case 0xe:
    return readIf(Half & IsLoad);
  default:
    return Access::Unknown;
  }
}

bool isThumb(const mcontext_t &Machine) {
  constexpr unsigned long ThumbState = 0x20;
  return Machine.arm_cpsr & ThumbState;
}

bool isBehindSystemCall(const mcontext_t &Machine) {
  constexpr uint8_t Svc[] = {0x00, 0x00, 0x00, 0xef}, ThumbSvc[] = {0x00, 0xdf};
  return isThumb(Machine) ? isBehind(Machine.arm_pc, ThumbSvc, sizeof(ThumbSvc))
                          : isBehind(Machine.arm_pc, Svc, sizeof(Svc));
}

} // namespace

RegisterFile interruptedRegisters(const void *Context) {
  // They follow one another.
  const unsigned long *General = &machineContext(Context).arm_r0;
  RegisterFile Found;
  for (unsigned I = 0; I != DwarfRegisterCount; ++I)
    Found.Values[I] = General[I];
  return Found;
}

void reportedRegisters(const void *Context,
                       uint64_t (&Values)[ReportedRegisterCount]) {
  const unsigned long *General = &machineContext(Context).arm_r0;
  for (unsigned I = 0; I != ReportedRegisterCount; ++I)
    Values[I] = General[I];
}

FaultPlace faultPlace(const siginfo_t &Info, const void *Context) {
  return {interruptedRegisters(Context).pc(),
          reinterpret_cast<uintptr_t>(Info.si_addr)};
}

Access faultAccess(const siginfo_t &Info, const void *Context) {
  // As the kernel numbers them; the error code is the fault status register,
  // which says whether it was a write.
  constexpr unsigned long PageFault = 14, WasWrite = 1 << 11;
  const mcontext_t &Machine = machineContext(Context);
  uint64_t Pc = Machine.arm_pc;
  if (reinterpret_cast<uintptr_t>(Info.si_addr) - Pc < 4)
    return Access::Execute;
  if (Machine.trap_no == PageFault && Machine.error_code != 0)
    return readIf(!(Machine.error_code & WasWrite));
  uint32_t Instruction = 0;
  std::memcpy(&Instruction, codeAt(Pc), isThumb(Machine) ? 2 : 4);
  return isThumb(Machine) ? accessOfThumb(Instruction)
                          : accessOfArm(Instruction);
}

bool happensAgain(const siginfo_t &Info, const void *Context) {
  const mcontext_t &Machine = machineContext(Context);
  return mayBeFaultAt(Machine.arm_pc, Info, isBehindSystemCall(Machine));
}

// Misaligned accesses are the kernel's affair here, or allowed.
void allowMisalignedAccess() {}

void callOnStack(void (*Function)(void *), void *Argument, void *StackEnd) {
  // What a called function may change: Procedure Call Standard for the Arm
  // Architecture, section 6.1.
  register void *First asm("r0") = Argument;
  asm volatile("mov r4, sp\n"
               "mov sp, %[StackEnd]\n"
               "blx %[Function]\n"
               "mov sp, r4"
               : "+r"(First)
               : [Function] "r"(Function), [StackEnd] "r"(StackEnd)
               : "r1", "r2", "r3", "r4", "ip", "lr", "d0", "d1", "d2", "d3",
                 "d4", "d5", "d6", "d7", "cc", "memory");
}

RegisterFile callerOfFunctionJustEntered(const RegisterFile &Callee) {
  RegisterFile Caller = Callee;
  // The lowest bit says that the code is of the kind T32.
  Caller.Values[ProgramCounterRegister] =
      Callee.Values[LinkRegister] & ~uint64_t(1);
  return Caller;
}

} // namespace remoterun::executor
