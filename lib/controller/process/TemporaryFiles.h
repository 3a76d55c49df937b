//===- TemporaryFiles.h - Files that must not stay --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_PROCESS_TEMPORARYFILES_H
#define REMOTERUN_CONTROLLER_PROCESS_TEMPORARYFILES_H

#include <string>

namespace remoterun::controller {

/// While it lives, a process that ends in haste removes the file.
class TemporaryFile {
public:
  /// To be made before the file is.
  explicit TemporaryFile(std::string Path);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;

private:
  std::string Path;
  int Slot;
};

/// For a process that is about to end. Async-signal-safe.
void removeTemporaryFiles();

} // namespace remoterun::controller

#endif
