//===- X86_64.cpp - The executor on x86-64 --------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/machine/Machine.h"

#include <sys/ucontext.h>

namespace remoterun::executor {

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

FaultPlace faultPlace(const siginfo_t &Info, const void *Context) {
  return {interruptedRegisters(Context).pc(),
          reinterpret_cast<uintptr_t>(Info.si_addr)};
}

wire::CrashReport::Access faultAccess(const siginfo_t &, const void *Context) {
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

namespace {

/// Intel SDM, volume 3, "Exception and Interrupt Reference".
enum Trap : greg_t {
  DivideError = 0,
  InvalidOpcode = 6,
  StackFault = 12,
  GeneralProtection = 13,
  PageFault = 14,
  FloatingPointError = 16,
  AlignmentCheck = 17,
  SimdError = 19,
};

bool isBehindSystemCall(uint64_t Pc) {
  constexpr uint8_t Syscall[] = {0x0f, 0x05};
  return isBehind(Pc, Syscall, sizeof(Syscall));
}

} // namespace

bool happensAgain(const siginfo_t &Info, const void *Context) {
  const greg_t *Registers = generalRegisters(Context);
  auto Address = reinterpret_cast<uintptr_t>(Info.si_addr);
  auto Pc = static_cast<uint64_t>(Registers[REG_RIP]);
  greg_t Kind = Registers[REG_TRAPNO];
  if (Info.si_code <= 0)
    return false;
  bool IsSegv = Info.si_signo == SIGSEGV, IsBus = Info.si_signo == SIGBUS;
  if ((IsSegv || IsBus) && Kind == PageFault &&
      Address == static_cast<uint64_t>(Registers[REG_CR2]))
    return Address == Pc || !isBehindSystemCall(Pc);
  bool IsGuess = (IsSegv && Kind == GeneralProtection) ||
                 (IsBus && (Kind == StackFault || Kind == AlignmentCheck));
  bool IsHere = (Info.si_signo == SIGILL && Kind == InvalidOpcode) ||
                (Info.si_signo == SIGFPE &&
                 (Kind == DivideError || Kind == FloatingPointError ||
                  Kind == SimdError));
  return ((IsGuess && Address == 0) || (IsHere && Address == Pc)) &&
         !isBehindSystemCall(Pc);
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

void callOnStack(void (*Function)(void *), void *Argument, void *StackEnd) {
  // What a called function may change: psABI, figure 3.4.
  asm volatile("movq %%rsp, %%rbx\n"
               "movq %[StackEnd], %%rsp\n"
               "callq *%[Function]\n"
               "movq %%rbx, %%rsp"
               : "+D"(Argument)
               : [Function] "r"(Function), [StackEnd] "r"(StackEnd)
               : "rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11",
                 "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                 "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                 "xmm15", "cc", "memory");
}

RegisterFile callerOfFunctionJustEntered(const RegisterFile &Callee) {
  RegisterFile Caller = Callee;
  Caller.Values[ProgramCounterRegister] =
      *reinterpret_cast<const uint64_t *>(Callee.stackPointer());
  Caller.Values[StackPointerRegister] += sizeof(uint64_t);
  return Caller;
}

const char *processorLevel() {
  // By CPUID, which an emulator answers for itself, unlike /proc/cpuinfo.
  if (__builtin_cpu_supports("x86-64-v4"))
    return "x86-64-v4";
  if (__builtin_cpu_supports("x86-64-v3"))
    return "x86-64-v3";
  if (__builtin_cpu_supports("x86-64-v2"))
    return "x86-64-v2";
  return "x86-64";
}

} // namespace remoterun::executor
