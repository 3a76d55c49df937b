//===- NativeFiles.h - The objects and archives of a program ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_NATIVEFILES_H
#define REMOTERUN_TOOLS_NATIVEFILES_H

#include "Compile.h"

namespace remoterun {

/// Those of --extra-object and --extra-archive, behind the main file, where
/// that is one of them.
struct NativeFiles {
  std::vector<std::string> Objects;
  std::vector<std::string> Archives;

  static NativeFiles of(const Options &Chosen,
                        llvm::ArrayRef<jit::InputFile> Inputs);

  bool empty() const { return Objects.empty() && Archives.empty(); }

  /// One for each: what they define and need changes how the IR is compiled.
  std::vector<std::string> hashes() const;

  Expected<jit::NativeInputs> load(const llvm::Triple &Target) const;
};

} // namespace remoterun

#endif
