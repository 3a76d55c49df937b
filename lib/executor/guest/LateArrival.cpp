//===- LateArrival.cpp - Telling a debugger of a late function ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that is debugged comes here when it calls a function for the first
// time that was not there when it started (LateCode::DebuggedAssembly): a
// debugger sets its breakpoints in a function before the function runs.
//
//===----------------------------------------------------------------------===//

#include "executor/guest/DebuggerDescriptor.h"
#include "wire/LateControl.h"

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// What a thread of the program does between is done without a signal of its,
/// and by one thread of a process at a time. Nothing that it calls changes
/// errno.
class Turn {
public:
  Turn();
  ~Turn();
  Turn(const Turn &) = delete;
  Turn &operator=(const Turn &) = delete;

private:
  /// The process whose turn it is; 0 for none. A child has what it was when its
  /// parent called fork(2).
  static pid_t Holder;

  /// As the kernel has it: libc's keeps signals of its own.
  using SignalSet = uint64_t;
  static void setMask(int How, const SignalSet *New, SignalSet *Old) {
    ::syscall(SYS_rt_sigprocmask, How, New, Old, sizeof(SignalSet));
  }

  SignalSet Before = 0;
};

pid_t Turn::Holder = 0;

Turn::Turn() {
  // A debugger's breakpoint is one of those that are about what a thread does
  // itself, whose handlers the kernel takes away where they are blocked.
  constexpr int OwnSignals[] = {SIGTRAP, SIGSEGV, SIGBUS,
                                SIGFPE,  SIGILL,  SIGSYS};
  SignalSet Others = ~SignalSet(0);
  for (int Own : OwnSignals)
    Others &= ~(SignalSet(1) << (Own - 1));
  setMask(SIG_BLOCK, &Others, &Before);
  const pid_t Self = static_cast<pid_t>(::syscall(SYS_getpid));
  for (pid_t Other = 0;
       !__atomic_compare_exchange_n(&Holder, &Other, Self, /*weak=*/false,
                                    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);)
    if (Other == Self) {
      ::sched_yield();
      Other = 0;
    }
}

Turn::~Turn() {
  __atomic_store_n(&Holder, 0, __ATOMIC_RELEASE);
  setMask(SIG_SETMASK, &Before, nullptr);
}

/// For the late function at \p Code: has \p Entry, which is its own, tell of \p
/// Object, and \p Slot lead to the function in this process, unless that has
/// happened. Keeps what a call does, and all vectors besides: it is compiled
/// without them. Async-signal-safe.
///
/// It has no name in the symbol table: who steps into a late function comes
/// here, and a debugger steps over what has neither lines nor a name.
void arrive(DebuggerEntry *Entry, const wire::LateDebugObject *Object,
            uint64_t *Slot, uint64_t Code) asm(".LremoteRunArrive");

void arrive(DebuggerEntry *Entry, const wire::LateDebugObject *Object,
            uint64_t *Slot, uint64_t Code) {
  Turn Mine;
  if (__atomic_load_n(Slot, __ATOMIC_RELAXED) == Code)
    return;
  if (Object->Size != 0) {
    Entry->Object = reinterpret_cast<const uint8_t *>(Object->Address);
    Entry->Size = Object->Size;
    debuggerDescriptor().add(*Entry);
  }
  __atomic_store_n(Slot, Code, __ATOMIC_RELEASE);
}

} // namespace

} // namespace remoterun::executor

// See StaticSymbols.cpp.
extern "C" const void *remoteRunLateArrival();
const void *remoteRunLateArrival() {
  return reinterpret_cast<const void *>(&remoterun::executor::arrive);
}
