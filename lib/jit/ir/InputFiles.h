//===- InputFiles.h - The files that the IR is in ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_INPUTFILES_H
#define REMOTERUN_JIT_IR_INPUTFILES_H

#include "jit/object/NativeMain.h"
#include "remote-run/Failure.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

class KnownHashes;

/// A file of bitcode or assembly, as bytes.
struct InputFile {
  std::string Name; ///< As the user named it; "<stdin>" for "-".
  /// A large file is mapped: others who write to it change what is here.
  std::unique_ptr<llvm::MemoryBuffer> Contents;
  /// Of the file, if that was wanted.
  std::string Hash = {};
  /// Of one that was found among the native inputs (BitcodeInputs.h): the
  /// number of its file there, and the name of the member, if that is an
  /// archive.
  struct NativePlace {
    uint32_t File = 0;
    std::string Member;
  };
  std::optional<NativePlace> AmongNative = {};
  /// What it defines is the program's alone (--exclude-libs).
  bool IsExcluded = false;
  /// If not None, Contents are those of the module that stands in for it.
  NativeKind Native = NativeKind::None;
  /// Then, the file itself; not mapped, if it was hashed.
  std::shared_ptr<llvm::MemoryBuffer> Linked = {};

  bool isBitcode() const;
};

/// Opens \p File ("-": standard input) and every file of \p ExtraFiles; of an
/// object that carries its IR, that IR (EmbeddedBitcode.h). Fails for what is
/// evidently something else than IR, and says what to do with it; but \p File
/// may be an object or an archive (see NativeMain.h).
/// With \p Hashes, a program can be looked for by the hashes; before it is
/// parsed, see settle(). Null for none.
Expected<std::vector<InputFile>>
openInputFiles(const std::string &File,
               const std::vector<std::string> &ExtraFiles, KnownHashes *Hashes);

/// The same for what is in memory: bitcode, text, an object or an archive.
/// \p Name is for diagnostics. It is hashed.
Expected<InputFile> inputInMemory(std::unique_ptr<llvm::MemoryBuffer> Contents,
                                  std::string Name);

/// Reads for good what is mapped, and hashes it anew: from here on, what is
/// hashed is what is there, even where somebody writes to the file meanwhile.
Expected<void> settle(std::vector<InputFile> &Files);

} // namespace remoterun::jit

#endif
