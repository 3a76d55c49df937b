//===- Machine.h - What differs from one architecture to another *- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An architecture is a header and a source in machine/. The header has its
// constants:
//
//   TargetTriple                 as LLVM spells it
//   ElfMachine                   e_machine of its files
//   DwarfRegisterCount           how many registers a RegisterFile has
//   StackPointerRegister, ...    their numbers; LinkRegister if there is one
//   FrameAddressIsStackPointer   what the CFA of call frame information is
//   CallsUseStack                a call pushes its return address
//   CodeMayLackTables            compilers make unwind tables on demand alone
//   SignalReturnLacksTables      the kernel's code that handlers return to has
//                                none, and is known by its instructions
//   ReportedRegisterCount        of the Registers in a crash report
//   HasLevels                    processors have levels of an ABI
//   ThreadLocalReach             how far from the thread pointer an executable
//                                can have its thread-local variables
//   GuestThreadLocals            bytes of them that a guest has in any
//   executor,
//                                and that every thread's stack is shorter by
//   FixedOffsetRelocation        what asks for the offset of a thread-local
//                                variable from the thread pointer
//   ResolverFlag                 for ifunc resolvers, if they get more than
//                                AT_HWCAP
//   LibraryRelocation            as shared libraries have them
//   BindingRelocations           types that put a symbol's address in a slot
//   hasAddend()                  and which of them add something to it
//   threadPointer()
//   threadVectorSlot()           where glibc has the address of a thread's
//                                vector of thread-local blocks
//   ThreadLocalBias              what __tls_get_addr adds to an offset
//   VectorHasStaticBlocks        false where code finds those that are beside
//                                the thread's data without the vector
//   plainReturnAddress()         one as the processor saved it, as an address
//
// The source has the functions below that say so.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MACHINE_MACHINE_H
#define REMOTERUN_EXECUTOR_MACHINE_MACHINE_H

#if defined(__x86_64__)
#include "executor/machine/X86_64.h"
#elif defined(__aarch64__)
#include "executor/machine/AArch64.h"
#elif defined(__riscv) && __riscv_xlen == 64
#include "executor/machine/RiscV64.h"
#elif defined(__s390x__)
#include "executor/machine/S390x.h"
#elif defined(__arm__)
#include "executor/machine/Arm.h"
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#include "executor/machine/Ppc64le.h"
#else
#error "the executor has not been ported to this architecture"
#endif

#include "wire/CrashReport.h"

#include <csignal>
#include <cstddef>
#include <cstdint>

namespace remoterun::executor {

/// Registers by DWARF's numbers.
struct RegisterFile {
  uint64_t Values[DwarfRegisterCount];

  uint64_t stackPointer() const { return Values[StackPointerRegister]; }
  uint64_t pc() const { return Values[ProgramCounterRegister]; }
};

//===----------------------------------------------------------------------===//
// By each architecture. A Context is the third argument of a handler with
// SA_SIGINFO (sigaction(2)).
//===----------------------------------------------------------------------===//

RegisterFile interruptedRegisters(const void *Context);
/// In the order of PROTOCOL.md.
void reportedRegisters(const void *Context,
                       uint64_t (&Values)[ReportedRegisterCount]);

/// What \p Info, of a fault or a trap, is about.
struct FaultPlace {
  uint64_t Instruction; ///< Not every processor is still there.
  uint64_t Address;     ///< si_addr, of which not every kernel tells all bits.
};
FaultPlace faultPlace(const siginfo_t &Info, const void *Context);

/// How a SIGSEGV or SIGBUS of the kernel's accessed memory.
wire::CrashReport::Access faultAccess(const siginfo_t &Info,
                                      const void *Context);

/// Whether the fault that \p Info tells of is the processor's and happens again
/// when the handler returns. Not so for a signal that somebody sent, whatever
/// it says of itself (rt_sigqueueinfo(2)).
bool happensAgain(const siginfo_t &Info, const void *Context);

/// For handlers: what the interrupted code has set of the processor's checks,
/// the kernel leaves as it is.
void allowMisalignedAccess();

/// Calls \p Function with the stack that ends at \p StackEnd, a multiple of 16.
void callOnStack(void (*Function)(void *), void *Argument, void *StackEnd);

/// The highest level of the psABI that the processor has, in LLVM's spelling;
/// where HasLevels.
const char *processorLevel();

/// The context of what a signal has interrupted, if its handler returns to \p
/// Pc, which can be read; otherwise null. Where SignalReturnLacksTables.
const void *interruptedContext(uint64_t Pc, uint64_t StackPointer);

/// Where a call that has not yet done anything else will return to: for a jump
/// to where there is no code.
RegisterFile callerOfFunctionJustEntered(const RegisterFile &Callee);

//===----------------------------------------------------------------------===//
// The same for all
//===----------------------------------------------------------------------===//

/// Whether the calling thread has its thread-local variables of a library, by
/// its number (RTLD_DI_TLS_MODID, dlinfo(3)). To ask for them would allocate
/// those that are not there.
bool hasThreadLocalBlock(size_t Module);

/// For architectures whose kernel does not say which exception a signal comes
/// from: whether \p Info may be of a fault at the instruction at \p Pc. A
/// signal that the thread sent itself finds it behind the system call.
bool mayBeFaultAt(uint64_t Pc, const siginfo_t &Info, bool IsBehindSystemCall);

/// Whether the bytes of \p Instruction stand right before \p Pc. They may where
/// they would be on another page.
bool isBehind(uint64_t Pc, const void *Instruction, size_t Length);

} // namespace remoterun::executor

#endif
