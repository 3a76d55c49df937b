//===- S390x.cpp - The executor on s390x --------------------------------===//
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

/// The operation codes of the stores that compilers use, of one byte or of two:
/// the first and the last byte of the instruction, or the first and the second
/// (z/Architecture Principles of Operation, appendix B).
constexpr uint8_t ShortStores[] = {0x40, 0x42, 0x50, 0x60, 0x70, 0x90,
                                   0x92, 0x94, 0x96, 0x97, 0x9b, 0xd1,
                                   0xd2, 0xd4, 0xd6, 0xd7, 0xdc};
constexpr uint8_t LongStores[][2] = {
    {0xe3, 0x24}, {0xe3, 0x26}, {0xe3, 0x2f}, {0xe3, 0x3e}, {0xe3, 0x3f},
    {0xe3, 0x50}, {0xe3, 0x70}, {0xe3, 0x72}, {0xe3, 0x8e}, {0xe3, 0xc3},
    {0xe3, 0xc7}, {0xe3, 0xcb}, {0xeb, 0x24}, {0xeb, 0x26}, {0xeb, 0x90},
    {0xeb, 0x52}, {0xeb, 0x54}, {0xeb, 0x56}, {0xeb, 0x57}, {0xeb, 0xe1},
    {0xeb, 0xe3}, {0xed, 0x66}, {0xed, 0x67}, {0xe7, 0x0e}, {0xe7, 0x3e},
    {0xe7, 0x3f}, {0xe7, 0x08}, {0xe7, 0x09}, {0xe7, 0x0a}, {0xe7, 0x0b}};
constexpr uint8_t ImmediateStores[] = {0x44, 0x48, 0x4c};

bool isStore(const uint8_t *Code) {
  for (uint8_t Known : ShortStores)
    if (Code[0] == Known)
      return true;
  if (Code[0] == 0xe5)
    for (uint8_t Known : ImmediateStores)
      if (Code[1] == Known)
        return true;
  for (const auto &Known : LongStores)
    if (Code[0] == Known[0] && Code[5] == Known[1])
      return true;
  // STRL, STGRL, STHRL.
  return Code[0] == 0xc4 && ((Code[1] & 0xf) == 7 || (Code[1] & 0xf) == 0xb ||
                             (Code[1] & 0xf) == 0xf);
}

constexpr uint64_t PageMask = ~uint64_t(4095);

/// The operand in memory of the instruction that was interrupted: a base and a
/// displacement, and in some formats an index (Principles of Operation, chapter
/// 5, "Address Generation").
uint64_t operandAddress(const mcontext_t &Machine) {
  auto *Code = reinterpret_cast<const uint8_t *>(Machine.psw.addr);
  auto Register = [&](unsigned Number) {
    return Number == 0 ? 0 : Machine.gregs[Number];
  };
  bool IsLong = Code[0] == 0xe3 || Code[0] == 0xeb;
  bool HasIndex = Code[0] == 0xe3 || Code[0] == 0xe7 || Code[0] == 0xed ||
                  (Code[0] >= 0x40 && Code[0] < 0x80);
  uint64_t Displacement = (Code[2] & 0xfu) << 8 | Code[3];
  if (IsLong)
    Displacement += static_cast<uint64_t>(int64_t{int8_t(Code[4])}) << 12;
  return Register(Code[2] >> 4) + Displacement +
         (HasIndex ? Register(Code[1] & 0xf) : 0);
}

bool isBehindSystemCall(uint64_t Pc) {
  // The number may be in the instruction.
  return Pc % 4096 < 2 || reinterpret_cast<const uint8_t *>(Pc)[-2] == 0x0a;
}

/// After what is no exception of an access, the PSW is behind the instruction.
bool isAccess(const siginfo_t &Info) {
  return Info.si_signo == SIGSEGV || Info.si_signo == SIGBUS;
}

} // namespace

RegisterFile interruptedRegisters(const void *Context) {
  const mcontext_t &Machine = machineContext(Context);
  RegisterFile Found = {};
  for (unsigned I = 0; I != 16; ++I)
    Found.Values[I] = Machine.gregs[I];
  // DWARF has them in another order than the instructions.
  static constexpr uint8_t Floating[] = {0, 2,  4,  6,  1, 3,  5,  7,
                                         8, 10, 12, 14, 9, 11, 13, 15};
  for (unsigned I = 0; I != 16; ++I)
    std::memcpy(&Found.Values[16 + I], &Machine.fpregs.fprs[Floating[I]],
                sizeof(uint64_t));
  Found.Values[ProgramCounterRegister] = Machine.psw.addr;
  return Found;
}

void reportedRegisters(const void *Context,
                       uint64_t (&Values)[ReportedRegisterCount]) {
  const mcontext_t &Machine = machineContext(Context);
  for (unsigned I = 0; I != 16; ++I)
    Values[I] = Machine.gregs[I];
  Values[16] = Machine.psw.mask;
  Values[17] = Machine.psw.addr;
}

FaultPlace faultPlace(const siginfo_t &Info, const void *Context) {
  uint64_t Pc = machineContext(Context).psw.addr;
  auto Told = reinterpret_cast<uintptr_t>(Info.si_addr);
  constexpr uint64_t LongestInstruction = 6;
  bool IsBehind = Info.si_code > 0 && Info.si_signo != SIGABRT &&
                  !isAccess(Info) && Pc - Told <= LongestInstruction;
  if (IsBehind)
    return {Told, Told};
  if (!isAccess(Info) || Told == (Pc & PageMask))
    return {Pc, Told};
  // Linux tells the page of an address alone.
  uint64_t Operand = operandAddress(machineContext(Context));
  return {Pc, (Operand & PageMask) == Told ? Operand : Told};
}

Access faultAccess(const siginfo_t &Info, const void *Context) {
  uint64_t Pc = machineContext(Context).psw.addr;
  auto Address = reinterpret_cast<uintptr_t>(Info.si_addr);
  if (Address == Pc || Address == (Pc & PageMask))
    return Access::Execute;
  return isStore(reinterpret_cast<const uint8_t *>(Pc)) ? Access::Write
                                                        : Access::Read;
}

bool happensAgain(const siginfo_t &Info, const void *Context) {
  uint64_t Pc = machineContext(Context).psw.addr;
  return isAccess(Info) && mayBeFaultAt(Pc, Info, isBehindSystemCall(Pc));
}

// Misaligned accesses are the kernel's affair here, or allowed.
void allowMisalignedAccess() {}

void callOnStack(void (*Function)(void *), void *Argument, void *StackEnd) {
  // What a called function may change, and the area in which it saves the rest:
  // ELF Application Binary Interface s390x Supplement, section 1.2.
  register void *First asm("r2") = Argument;
  asm volatile("lgr %%r10, %%r15\n"
               "lay %%r15, -160(%[StackEnd])\n"
               "basr %%r14, %[Function]\n"
               "lgr %%r15, %%r10"
               : "+r"(First)
               : [Function] "a"(Function), [StackEnd] "a"(StackEnd)
               : "r0", "r1", "r3", "r4", "r5", "r10", "r14", "f0", "f1", "f2",
                 "f3", "f4", "f5", "f6", "f7", "cc", "memory");
}

// __tls_get_addr, which this architecture's dynamic linker does not export: its
// __tls_get_offset takes the index by its distance from r12, and returns the
// variable's from the thread pointer, which is in two registers (ELF
// Application Binary Interface s390x Supplement, "Thread-Local Storage").
asm(".text\n"
    ".globl remoteRunThreadLocal\n"
    ".hidden remoteRunThreadLocal\n"
    ".type remoteRunThreadLocal, @function\n"
    "remoteRunThreadLocal:\n"
    ".cfi_startproc\n"
    "stmg %r12, %r15, 96(%r15)\n"
    ".cfi_offset %r12, -64\n"
    ".cfi_offset %r13, -56\n"
    ".cfi_offset %r14, -48\n"
    ".cfi_offset %r15, -40\n"
    "aghi %r15, -160\n"
    ".cfi_adjust_cfa_offset 160\n"
    "lghi %r12, 0\n"
    "brasl %r14, __tls_get_offset@PLT\n"
    "ear %r1, %a0\n"
    "sllg %r1, %r1, 32\n"
    "ear %r1, %a1\n"
    "agr %r2, %r1\n"
    "lmg %r12, %r15, 256(%r15)\n"
    ".cfi_adjust_cfa_offset -160\n"
    ".cfi_restore %r15\n"
    ".cfi_restore %r14\n"
    ".cfi_restore %r13\n"
    ".cfi_restore %r12\n"
    "br %r14\n"
    ".cfi_endproc\n"
    ".size remoteRunThreadLocal, . - remoteRunThreadLocal\n");

RegisterFile callerOfFunctionJustEntered(const RegisterFile &Callee) {
  RegisterFile Caller = Callee;
  Caller.Values[ProgramCounterRegister] = Callee.Values[LinkRegister];
  return Caller;
}

} // namespace remoterun::executor
