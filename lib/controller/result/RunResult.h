//===- RunResult.h - What --result-json tells -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_RESULT_RUNRESULT_H
#define REMOTERUN_CONTROLLER_RESULT_RUNRESULT_H

#include "controller/base/WaitStatus.h"
#include "controller/session/Session.h"
#include "remote-run/Failure.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <sys/resource.h>

namespace remoterun::controller {

/// Functions that are compiled while the program runs (docs/lazy.md).
struct LateCounts {
  uint64_t Functions = 0;
  uint64_t Kept = 0; ///< That earlier runs have compiled.
  uint64_t Requested =
      0; ///< That the program has called before they were there.
  uint64_t Compiled = 0;  ///< That have code in the end.
  uint64_t Optimized = 0; ///< That have the code that was asked for.
  /// The program has waited for them, all threads together.
  std::chrono::microseconds Waited{0};
};

/// docs/result-json.md says what each attribute means.
struct RunResult {
  enum class Kind { Exited, Signaled, TimedOut, Interrupted, Failed };

  static constexpr unsigned SchemaVersion = 1;

  Kind Outcome = Kind::Failed;
  std::optional<Blame> Fault; ///< If it failed.
  int Status = 0;             ///< What the shell sees.
  std::string_view Message;   ///< The diagnostic; empty for none.
  std::string_view Step;      ///< In which the time ran out; or empty.
  std::optional<WaitStatus> Guest;
  int Interruption = 0; ///< The signal that ended us; 0 for none.
  std::chrono::microseconds Wall{0};
  rusage Controller = {};
  std::optional<rusage> Executor;
  SessionStats Session;
  std::optional<LateCounts> Late; ///< If there are any.
};

/// Writes \p Result to \p Descriptor. 0 or errno. Async-signal-safe.
int writeResult(const RunResult &Result, std::string_view Version,
                int Descriptor);

} // namespace remoterun::controller

#endif
