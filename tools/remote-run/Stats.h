//===- Stats.h - Where the time and the bytes went --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_STATS_H
#define REMOTERUN_TOOLS_STATS_H

#include "controller/result/RunResult.h"
#include "controller/session/Session.h"

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace remoterun {

/// Wall-clock times of the steps of the straight line, one after the other.
class StepTimes {
public:
  StepTimes() : StepStart(Clock::now()) {}

  /// Ends the current step, under \p Name, and begins the next.
  void finish(const char *Name);

  struct Step {
    const char *Name;
    double Milliseconds;
  };
  const std::vector<Step> &steps() const { return Steps; }

private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point StepStart;
  std::vector<Step> Steps;
};

/// What a run did, apart from time.
struct RunCounts {
  size_t Instructions = 0; ///< See driver::Compilation.
  std::string NotLate; ///< Why all was compiled before the start; see --lazy.
  std::optional<controller::LateCounts> Late;
  controller::SessionStats Session;
  size_t Objects = 0;
  size_t CacheHits = 0; ///< Entries; a program has one beside its objects'.
  size_t CacheMisses = 0;
  std::string NotKept;   ///< Why, if the program was to be kept and is not.
  bool KeepsFar = false; ///< The far end keeps what it is sent.
  std::string NoImage;   ///< Why the program is not one, if it is not.
  bool WasLinkedBefore = false; ///< The cache had the linked program.
  size_t Sections = 0;
  size_t SymbolsLookedUp = 0;
  bool LacksLlvmCounters = false; ///< This LLVM was built without them.
};

/// Prints --stats, a line each, to \p Out.
void printStats(const StepTimes &Times, const RunCounts &Counts,
                std::FILE *Out);

} // namespace remoterun

#endif
