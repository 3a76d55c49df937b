//===- MachineContext.h - Registers of an interrupted thread ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the architectures differ in when a crash is captured: how the kernel
// hands over the registers, and how DWARF numbers them.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MACHINECONTEXT_H
#define REMOTERUN_EXECUTOR_MACHINECONTEXT_H

#include "wire/CrashReport.h"

#include <csignal>
#include <cstddef>
#include <cstdint>

namespace remoterun::executor {

#if defined(__x86_64__)
/// DWARF's numbers (x86-64 psABI, figure 3.36): the general registers, and the
/// return address, which stands for the program counter.
inline constexpr unsigned DwarfRegisterCount = 17;
inline constexpr unsigned StackPointerRegister = 7;
inline constexpr unsigned ProgramCounterRegister = 16;
/// In a crash report: DWARF's, and the flags.
inline constexpr size_t ReportedRegisterCount = 18;
#else
#error "the executor has not been ported to this architecture"
#endif

/// Registers by DWARF's numbers.
struct RegisterFile {
  uint64_t Values[DwarfRegisterCount];

  uint64_t stackPointer() const { return Values[StackPointerRegister]; }
  uint64_t pc() const { return Values[ProgramCounterRegister]; }
};

/// \p Context is the third argument of a handler with SA_SIGINFO
/// (sigaction(2)).
RegisterFile interruptedRegisters(const void *Context);
/// In the order of PROTOCOL.md.
void reportedRegisters(const void *Context,
                       uint64_t (&Values)[ReportedRegisterCount]);
/// How a SIGSEGV or SIGBUS accessed memory.
wire::CrashReport::Access faultAccess(const void *Context);

/// Whether the fault that \p Info tells of is the processor's and happens again
/// when the handler returns. Not so for a signal that somebody sent, whatever
/// it says of itself (rt_sigqueueinfo(2)).
bool happensAgain(const siginfo_t &Info, const void *Context);

/// Whether the calling thread has its thread-local variables of a library, by
/// its number (RTLD_DI_TLS_MODID, dlinfo(3)). To ask for them would allocate
/// those that are not there.
bool hasThreadLocalBlock(size_t Module);

/// For handlers: what the interrupted code has set of the processor's checks,
/// the kernel leaves as it is.
void allowMisalignedAccess();

/// Calls \p Function with the stack that ends at \p StackEnd, a multiple of 16.
void callOnStack(void (*Function)(void *), void *Argument, void *StackEnd);

/// Where a call that has not yet done anything else will return to: for a jump
/// to where there is no code.
RegisterFile callerOfFunctionJustEntered(const RegisterFile &Callee);

} // namespace remoterun::executor

#endif
