//===- LateRequests.h - What a program asks for while it runs ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_LINK_LATEREQUESTS_H
#define REMOTERUN_DRIVER_LINK_LATEREQUESTS_H

#include "driver/link/LateLink.h"

namespace remoterun::driver {

/// Has compiled what the program asks for in the memory that it shares with us,
/// and notes what it calls all the time. For one thread.
class LateRequests {
public:
  explicit LateRequests(LateLink &Link)
      : Link(Link), IsKnown(Link.Places.size(), false) {}
  /// Returns when everything is there, and no loop runs for which there can be
  /// better code.
  void serve();

private:
  using Clock = std::chrono::steady_clock;

  void complete();
  void improve();
  bool look();
  void noteCall(uint32_t Number);
  bool isRunning();

  LateLink &Link;
  std::vector<bool> IsKnown; ///< By function: it was asked for.
  std::vector<LateWorkers::Seen> Called;
  bool HasCompleted = false;
  const Clock::time_point Start = Clock::now();
  Clock::time_point Now = Start, LastWait = Start;
  /// Since when it is not known yet whether it runs or waits.
  Clock::time_point Since = Start;
  std::chrono::microseconds WaitedBefore{}; ///< Until then.
  bool IsRunning = false;
};

} // namespace remoterun::driver

#endif
