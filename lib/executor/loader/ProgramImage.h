//===- ProgramImage.h - The program as a shared object ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dynamic linker, the unwinder and everybody who asks them know a program
// that the dynamic linker has mapped, and no other. So the controller's bytes
// go into a file that exists in memory only, and dlopen(3) maps it: where its
// first program header says, if that is free (glibc from 2.36 on; before, where
// the executable depends on its position).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_PROGRAMIMAGE_H
#define REMOTERUN_EXECUTOR_LOADER_PROGRAMIMAGE_H

#include "executor/base/Failure.h"
#include "transport/Descriptor.h"
#include "wire/ExecutorAddr.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace remoterun::executor {

class ProgramImage {
public:
  /// An empty file for what shall be mapped at \p Place. Fails where the system
  /// lets none be made.
  static Expected<ProgramImage> create(std::string_view Name,
                                       ExecutorRange Place);

  /// \p Bytes are what shall be at \p Start.
  Expected<void> write(ExecutorAddr Start, std::span<const uint8_t> Bytes);

  /// What became of it.
  enum class Mapping : uint8_t {
    InPlace,
    Elsewhere, ///< It has been unmapped again.
    NotFound   ///< The dynamic linker cannot be told where the file is.
  };
  /// Has the dynamic linker map it, under the name \p Path; nothing of it has
  /// run then. The file cannot be written any more. Fails where it is no image
  /// that could be mapped anywhere.
  Expected<Mapping> load(std::string_view Path);

private:
  ProgramImage(transport::Descriptor File, ExecutorRange Place)
      : File(std::move(File)), Place(Place) {}

  transport::Descriptor File;
  ExecutorRange Place;
};

} // namespace remoterun::executor

#endif
