//===- Progress.h - A line for those who wait -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_PROGRESS_H
#define REMOTERUN_TOOLS_PROGRESS_H

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <pthread.h>

namespace remoterun {

/// While a compilation of more than a second runs, and standard error is a
/// terminal, tells there how many functions are done.
class CompileProgress {
public:
  CompileProgress();

  /// What to call, on any thread, when a function is done; null where nobody
  /// looks.
  std::function<void()> reporter();

  /// To be called before any function is reported.
  void start(size_t Functions);
  /// Erases the line. No function may be reported after that.
  void finish();

private:
  using Clock = std::chrono::steady_clock;

  void countOne();

  const bool IsWanted;
  size_t All = 0;
  std::atomic<size_t> Done = 0;
  Clock::time_point Start;
  std::atomic<Clock::rep> NextMs = 0; ///< Since Start.
  std::atomic<bool> IsShown = false;
};

/// While one lives, and a step takes more than a second, tells a terminal which
/// one it is and for how long: reading a large input, or running passes on it,
/// has nothing to count.
class StepProgress {
public:
  /// \p IsLong: whether the step may take that long at all.
  explicit StepProgress(bool IsLong);
  ~StepProgress();
  StepProgress(const StepProgress &) = delete;
  StepProgress &operator=(const StepProgress &) = delete;

private:
  void tick();

  pthread_t Ticker = {};
  bool IsTicking = false;
  std::mutex Guard;
  std::condition_variable Ended;
  bool IsOver = false; ///< Under Guard.
};

} // namespace remoterun

#endif
