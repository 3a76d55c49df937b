//===- DwarfExpression.h - Expressions of call frame information *- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_UNWIND_DWARFEXPRESSION_H
#define REMOTERUN_EXECUTOR_UNWIND_DWARFEXPRESSION_H

#include "executor/machine/Machine.h"
#include "executor/unwind/DwarfReader.h"

#include <optional>

namespace remoterun::executor {

/// The value of an expression (DWARF 5, section 2.5) in a frame with these
/// registers; \p Initial is on the stack before it starts, if given. Procedure
/// linkage tables and hand-written code need them. Empty for one that is
/// malformed, or uses what call frame information may not. Async-signal-safe;
/// faults where the expression reads from memory that is not there.
std::optional<uint64_t> evaluateExpression(DwarfReader Expression,
                                           const RegisterFile &Registers,
                                           std::optional<uint64_t> Initial);

} // namespace remoterun::executor

#endif
