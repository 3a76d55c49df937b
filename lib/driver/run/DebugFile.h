//===- DebugFile.h - Debug information for who attaches later ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_RUN_DEBUGFILE_H
#define REMOTERUN_DRIVER_RUN_DEBUGFILE_H

#include "controller/base/LeasedFile.h"
#include "jit/link/ProgramRecord.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace remoterun::driver {

/// The file that a debugger finds through the guest's memory, and that is
/// written only if one comes.
class DebugFile {
public:
  /// For an image that would be at \p Place. Empty where it cannot be had.
  static std::optional<DebugFile> create(ExecutorAddr Place);

  std::string path() const { return File.path(); }
  /// The same, as long as that of any other.
  std::string pathOfOneLength() const;
  /// Writes it for who opens it, and has waited until then, once. Returns after
  /// that, or never. For a thread in which all signals are blocked. \p Program
  /// is called then.
  void serve(llvm::function_ref<const jit::ProgramRecord &()> Program);

  /// When the guest has ended: see LeasedFile.
  void withdraw() { File.withdraw(); }

private:
  DebugFile(controller::LeasedFile File, ExecutorAddr Place)
      : File(std::move(File)), Place(Place) {}

  controller::LeasedFile File;
  ExecutorAddr Place;
};

} // namespace remoterun::driver

#endif
