//===- Progress.cpp - A line for those who wait ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Progress.h"
#include "jit/base/CrashGuard.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace remoterun {

namespace {

constexpr std::chrono::milliseconds::rep Patience = 1000, Interval = 100;

/// ECMA-48's "erase in line".
constexpr std::string_view Erase = "\033[K";

bool isTerminal() {
  const char *Name = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) && Name && std::string_view(Name) != "dumb";
}

void show(const char *Text, int Size) {
  // Nothing depends on it.
  [[maybe_unused]] ssize_t Written =
      ::write(STDERR_FILENO, Text, static_cast<size_t>(Size));
}

} // namespace

CompileProgress::CompileProgress() : IsWanted(isTerminal()) {}

std::function<void()> CompileProgress::reporter() {
  if (!IsWanted)
    return nullptr;
  return [this] { countOne(); };
}

void CompileProgress::start(size_t Functions) {
  All = Functions;
  Start = Clock::now();
  Done = 0;
  NextMs = Patience;
}

void CompileProgress::countOne() {
  size_t Number = ++Done;
  auto Passed = std::chrono::duration_cast<std::chrono::milliseconds>(
                    Clock::now() - Start)
                    .count();
  Clock::rep Due = NextMs;
  // One thread wins, and prints.
  if (Passed < Due || !NextMs.compare_exchange_strong(Due, Passed + Interval))
    return;
  IsShown = true;
  char Line[128];
  // The cursor goes back: whatever is printed next takes the line's place.
  int Size = std::snprintf(Line, sizeof(Line),
                           "remote-run: compiling: %zu of %zu functions%s\r",
                           Number, std::max(All, Number), Erase.data());
  show(Line, Size);
}

void CompileProgress::finish() {
  if (IsShown.exchange(false))
    show(Erase.data(), Erase.size());
}

StepProgress::StepProgress(bool IsLong) {
  if (!IsLong || !isTerminal())
    return;
  // Signals are for the main thread.
  sigset_t All, Before;
  sigfillset(&All);
  pthread_sigmask(SIG_SETMASK, &All, &Before);
  auto Run = [](void *Self) -> void * {
    static_cast<StepProgress *>(Self)->tick();
    return nullptr;
  };
  IsTicking = pthread_create(&Ticker, nullptr, Run, this) == 0;
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
}

StepProgress::~StepProgress() {
  if (!IsTicking)
    return;
  {
    std::lock_guard<std::mutex> Lock(Guard);
    IsOver = true;
  }
  Ended.notify_one();
  pthread_join(Ticker, nullptr);
}

void StepProgress::tick() {
  std::unique_lock<std::mutex> Lock(Guard);
  for (int Seconds = 1;; ++Seconds) {
    if (Ended.wait_for(Lock, std::chrono::seconds(1), [&] { return IsOver; })) {
      if (Seconds > 1)
        show(Erase.data(), Erase.size());
      return;
    }
    char Line[256];
    int Size =
        std::snprintf(Line, sizeof(Line), "remote-run: %.200s (%d s)%s\r",
                      jit::crashContext(), Seconds, Erase.data());
    show(Line, Size);
  }
}

} // namespace remoterun
