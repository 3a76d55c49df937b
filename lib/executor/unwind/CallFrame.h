//===- CallFrame.h - One frame outwards -------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a function's frame is undone says the table that its exceptions use:
// .eh_frame (DwarfFrame.cpp), or on 32-bit Arm .ARM.exidx (ArmFrame.cpp). The
// system's unwinder takes locks and memory, which a crash may have in any state
// (signal-safety(7)); these readers take nothing.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_UNWIND_CALLFRAME_H
#define REMOTERUN_EXECUTOR_UNWIND_CALLFRAME_H

#include "executor/machine/Machine.h"
#include "remote-run/ExecutorAddr.h"

#include <span>

namespace remoterun::executor {

/// Remembers where the guest's code is described; before it starts. The tables
/// must stay as they are.
void useGuestTables(std::span<const ExecutorRange> UnwindTables);

struct CallerFrame {
  enum class Kind : uint8_t {
    None, ///< The end of the stack, or a description that makes no sense.
    Undescribed, ///< There is no table for this code.
    Called,
    Interrupted, ///< By a signal: the caller is no caller.
  };
  Kind What = Kind::None;
  RegisterFile Registers = {};
};

/// The frame outside of the one that is stopped at \p Pc, with \p Registers.
/// Async-signal-safe; faults where the stack is broken.
CallerFrame callerFrame(uint64_t Pc, const RegisterFile &Registers);

} // namespace remoterun::executor

#endif
