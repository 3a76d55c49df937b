//===- Failure.h - What went wrong and whose fault it is --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTE_RUN_FAILURE_H
#define REMOTE_RUN_FAILURE_H

#include "remote-run/Result.h"

#include <string>

namespace remoterun {

enum class Blame {
  Usage,    ///< The command line, or the caller of a function.
  Input,    ///< A file, or a module, that was to be run.
  Launch,   ///< The executor could not be started.
  Protocol, ///< The executor does not speak as PROTOCOL.md says.
  Executor, ///< The executor said that it cannot, or died before the guest.
  Internal, ///< This process: LLVM, or the system it runs on.
  Guest,    ///< Code that was called: it came to another end than its return.
};

/// How a call ended that did not return.
enum class CallEnd {
  None,      ///< No call, none that began, or a result that cannot be had.
  Crash,     ///< By a signal, Failure::Code; the message has a backtrace.
  Exit,      ///< The process exited, with status Failure::Code.
  TimeLimit, ///< It took longer than it may, and runs on.
  Lost,      ///< The executor hung up; nobody knows why.
};

/// Why there is no result. The message is one or more lines without a full
/// stop at the end.
struct Failure {
  Blame Whose = Blame::Internal;
  std::string Message; ///< Empty where all has been said, as by -mcpu=help.
  /// What the shell sees when this ends a program; see the table in Outcome.h.
  int ExitStatus = 125;
  CallEnd Ending = CallEnd::None;
  int Code = 0; ///< Of Ending.
};

template <typename T> using Expected = Result<T, Failure>;

} // namespace remoterun

#endif
