//===- Saving.h - What is compiled, as files --------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_SAVING_H
#define REMOTERUN_TOOLS_SAVING_H

#include "controller/base/Failure.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace remoterun {

namespace jit {
struct CompiledProgram;
} // namespace jit

/// Files that are written beside running the program; empty for none.
struct SavingOptions {
  std::optional<std::string> ObjectFolder; ///< Made if it is not there.
  std::string AssemblyFile;
  std::string MapFile;
};

/// What the command line says of it. The names of files come from
/// \p InputFile's, without its folder.
Expected<SavingOptions> chosenSaving(llvm::StringRef InputFile);

/// Writes each object of the compiled IR as code generation has made it, if
/// that is wanted: prog.bc's is prog.o, or of several parts prog.1.o and so on,
/// in the order in which they are linked.
Expected<void> saveObjects(const SavingOptions &Chosen,
                           const jit::CompiledProgram &Program);

/// Writes the file \p Path that \p Option asks for.
Expected<void> saveFile(llvm::StringRef Option, const std::string &Path,
                        llvm::StringRef Contents);

} // namespace remoterun

#endif
