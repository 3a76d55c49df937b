//===- Limits.h - What the program may use ----------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_LIMITS_H
#define REMOTERUN_DRIVER_SETTINGS_LIMITS_H

#include "wire/Messages.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::driver {

struct Limits {
  std::optional<std::chrono::nanoseconds> Timeout; ///< Of the whole run.
  std::string TimeoutAsGiven;                      ///< "--timeout=2s".
  std::chrono::nanoseconds KillAfter{0};
  std::vector<wire::Run::Limit> Resources;
  /// For a signal that one of them leads to: the option as it was given.
  std::map<int, std::string> AsGivenBySignal;

  /// Null without a limit on it.
  const wire::Run::Limit *find(wire::Run::Resource What) const;
};

} // namespace remoterun::driver

#endif
