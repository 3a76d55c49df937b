//===- Failure.h - What went wrong and whose fault it is --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_FAILURE_H
#define REMOTERUN_CONTROLLER_BASE_FAILURE_H

#include "wire/Result.h"

#include <string>

namespace remoterun {

enum class Blame {
  Usage,    ///< The command line.
  Input,    ///< A file that was to be run.
  Launch,   ///< The executor could not be started.
  Protocol, ///< The executor does not speak as PROTOCOL.md says.
  Executor, ///< The executor said that it cannot, or died before the guest.
  Internal, ///< This process: LLVM, or the system it runs on.
};

/// A run that came to no guest outcome. The message is what follows
/// "remote-run: error: "; it may have more lines.
struct Failure {
  Blame Whose = Blame::Internal;
  std::string Message; ///< Empty where all has been said, as by -mcpu=help.
  /// What the shell sees; see the table in Outcome.h.
  int ExitStatus = 125;
};

template <typename T> using Expected = Result<T, Failure>;

} // namespace remoterun

#endif
