//===- UnreadProgram.h - A program whose functions stay unread --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_UNREADPROGRAM_H
#define REMOTERUN_JIT_CODEGEN_UNREADPROGRAM_H

#include "jit/codegen/BodyFacts.h"
#include "jit/ir/ModuleLoader.h"

#include <functional>
#include <optional>

namespace remoterun::jit {

struct UnreadProgram {
  ProgramIR IR; ///< One unit.
  UnreadBodies Bodies;
};

/// Loads the program that \p Input is, as loadUnits() does, but for functions
/// that may be late: these have been read and verified, and are not there.
/// Nothing, where the program is not like that, or something is wrong with it:
/// loadUnits() says what. \p Context is of no use then.
std::optional<UnreadProgram> loadUnread(const InputFile &Input,
                                        const Roots &Kept, unsigned Jobs,
                                        std::function<void()> OnThreadStart,
                                        llvm::LLVMContext &Context,
                                        const DiagnosticCollector &Diagnostics);

} // namespace remoterun::jit

#endif
