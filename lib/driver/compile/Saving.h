//===- Saving.h - What is compiled, as files --------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_SAVING_H
#define REMOTERUN_DRIVER_COMPILE_SAVING_H

#include "driver/settings/CompileSettings.h"
#include "jit/codegen/CompiledProgram.h"
#include "remote-run/Failure.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace remoterun::driver {

/// What the objects and the assembly of \p InputFile are called after: its name
/// without its folder and suffix.
std::string stemOf(llvm::StringRef InputFile);

/// Writes each object of the compiled IR as code generation has made it, if
/// that is wanted: prog.bc's is prog.o, or of several parts prog.1.o and so on,
/// in the order in which they are linked.
Expected<void> saveObjects(const SavingSettings &Settings,
                           const jit::CompiledProgram &Program);

/// Writes the file \p Path that \p Option asks for.
Expected<void> saveFile(llvm::StringRef Option, const std::string &Path,
                        llvm::StringRef Contents);

} // namespace remoterun::driver

#endif
