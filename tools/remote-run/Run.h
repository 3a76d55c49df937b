//===- Run.h - The straight line, argv to exit status -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_RUN_H
#define REMOTERUN_TOOLS_RUN_H

#include "Options.h"
#include "controller/crash/CrashDescription.h"
#include "controller/guest/Supervision.h"
#include "controller/result/RunResult.h"

#include <optional>

namespace remoterun {

struct RunEnd {
  controller::GuestEnd Guest;
  /// What is known of the guest's crash, if it crashed and that is wanted.
  std::optional<controller::CrashDescription> Crash;
  std::optional<controller::LateCounts> Late; ///< If it had late functions.
};

/// Runs the program that \p Chosen describes and waits for its end.
/// They are completed by what only the executor knows.
Expected<RunEnd> run(Options &Chosen);

/// Prints a line "remote-run: warning: ..." to standard error.
void warn(const std::string &Message);

} // namespace remoterun

#endif
