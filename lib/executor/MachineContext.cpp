//===- MachineContext.cpp - Registers of an interrupted thread ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/MachineContext.h"

#include <sys/ucontext.h>

namespace remoterun::executor {

#if defined(__x86_64__)

namespace {

/// By DWARF's numbers.
constexpr int Order[DwarfRegisterCount] = {
    REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
    REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
    REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};

const greg_t *generalRegisters(const void *Context) {
  return static_cast<const ucontext_t *>(Context)->uc_mcontext.gregs;
}

} // namespace

RegisterFile interruptedRegisters(const void *Context) {
  RegisterFile Found;
  for (unsigned I = 0; I != DwarfRegisterCount; ++I)
    Found.Values[I] =
        static_cast<uint64_t>(generalRegisters(Context)[Order[I]]);
  return Found;
}

void reportedRegisters(const void *Context,
                       uint64_t (&Values)[ReportedRegisterCount]) {
  RegisterFile Found = interruptedRegisters(Context);
  for (unsigned I = 0; I != DwarfRegisterCount; ++I)
    Values[I] = Found.Values[I];
  Values[DwarfRegisterCount] =
      static_cast<uint64_t>(generalRegisters(Context)[REG_EFL]);
}

wire::CrashReport::Access faultAccess(const void *Context) {
  using Access = wire::CrashReport::Access;
  // Intel SDM, volume 3, "Page-Fault Exception (#PF)": the error code.
  constexpr greg_t PageFault = 14, WasWrite = 2, WasFetch = 16;
  const greg_t *Registers = generalRegisters(Context);
  if (Registers[REG_TRAPNO] != PageFault)
    return Access::Unknown;
  if (Registers[REG_ERR] & WasFetch)
    return Access::Execute;
  return Registers[REG_ERR] & WasWrite ? Access::Write : Access::Read;
}

void allowMisalignedAccess() {
  // The flag AC (Intel SDM, volume 1, "EFLAGS Register"). Below the red zone
  // (psABI, "The Stack Frame").
  asm volatile("lea -128(%%rsp), %%rsp\n"
               "pushfq\n"
               "andq $~0x40000, (%%rsp)\n"
               "popfq\n"
               "lea 128(%%rsp), %%rsp"
               :
               :
               : "cc", "memory");
}

RegisterFile callerOfFunctionJustEntered(const RegisterFile &Callee) {
  RegisterFile Caller = Callee;
  Caller.Values[ProgramCounterRegister] =
      *reinterpret_cast<const uint64_t *>(Callee.stackPointer());
  Caller.Values[StackPointerRegister] += sizeof(uint64_t);
  return Caller;
}

#endif

} // namespace remoterun::executor
