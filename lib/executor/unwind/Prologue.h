//===- Prologue.h - Frames that no table describes --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where compilers make no unwind tables on their own (CodeMayLackTables), not
// even libc's abort() has one, and a crash report would end there. What the
// function's first instructions have put on the stack stands in: a guess, which
// counts only if it leads to where a call returns to.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_UNWIND_PROLOGUE_H
#define REMOTERUN_EXECUTOR_UNWIND_PROLOGUE_H

#include "executor/machine/Machine.h"

namespace remoterun::executor {

/// Makes \p Registers those of the caller of the function that is stopped at
/// \p Pc; false where that is not found. \p IsInterrupted: it may not have
/// called another one yet. Faults where the stack is broken.
bool undoPrologue(uint64_t Pc, bool IsInterrupted, RegisterFile &Registers);

/// The guest's code, or a library's.
bool isCode(uint64_t Address);

} // namespace remoterun::executor

#endif
