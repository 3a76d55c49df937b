//===- Deadline.h - When something has to be over ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_DEADLINE_H
#define REMOTERUN_CONTROLLER_BASE_DEADLINE_H

#include <algorithm>
#include <chrono>
#include <ctime>

namespace remoterun::controller {

/// A point in time that no change of the system's clock moves.
class Deadline {
public:
  using Clock = std::chrono::steady_clock;

  Deadline(Clock::time_point From, std::chrono::nanoseconds Time)
      : End(From + Time) {}

  /// What is left, not less than nothing.
  timespec left() const {
    auto Left = std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::max(End - Clock::now(), Clock::duration::zero()));
    constexpr long PerSecond = 1000000000;
    return {static_cast<time_t>(Left.count() / PerSecond),
            static_cast<long>(Left.count() % PerSecond)};
  }

  bool isOver() const { return Clock::now() >= End; }
  bool operator<(const Deadline &Other) const { return End < Other.End; }

private:
  Clock::time_point End;
};

} // namespace remoterun::controller

#endif
