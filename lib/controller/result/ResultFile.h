//===- ResultFile.h - The file of --result-json -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Written at the very end, whatever that is, and whole or not at all: beside
// the file first, and then put in its place. Only what is no regular file, like
// a pipe, is written directly.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_RESULT_RESULTFILE_H
#define REMOTERUN_CONTROLLER_RESULT_RESULTFILE_H

#include "transport/Descriptor.h"

#include <string>

namespace remoterun::controller {

class ResultFile {
public:
  /// Makes sure that \p Path can be written. 0 or errno. What might keep the
  /// caller waiting, as a FIFO does until it has a reader, is left alone until
  /// it \p MayWait.
  int prepare(const std::string &Path, bool MayWait);
  bool isReady() const { return !Path.empty(); }

  /// A descriptor to write to, or -1. Async-signal-safe, as is all that
  /// follows.
  int open();
  /// Ends the writing; what failed in it leaves the old file in its place. 0 or
  /// errno.
  int close(int WriteError);

private:
  int openDirectly(const std::string &File);

  std::string Path;
  std::string Temporary; ///< Empty where Direct is open.
  transport::Descriptor Direct;
  int Writing = -1;
};

} // namespace remoterun::controller

#endif
