//===- LateQueue.h - Which function is compiled next ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the program waits for comes first; then what the functions that run
// call, since it is what they will probably wait for; then the good code of
// what runs with code that was made fast; and then everything else, well at
// once. A program that runs more than it waits has the good code of what it
// calls all the time before what it may call.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_LATEQUEUE_H
#define REMOTERUN_DRIVER_COMPILE_LATEQUEUE_H

#include "jit/codegen/LatePlan.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace remoterun::driver {

class LateQueue {
public:
  struct Task {
    uint32_t Function = 0;
    bool IsFast = false; ///< There will be better code.
    bool IsUrgent = false;
    /// If there is no fast code of it, there is something better to do.
    bool MayWait = false;
    /// In place of the function, what it does from this loop on, by the numbers
    /// that its fast code tells.
    std::optional<uint8_t> Loop = std::nullopt;
  };
  struct Counts {
    size_t Functions = 0; ///< Late ones.
    size_t Requested = 0; ///< Of those, how many the program has called.
    size_t Compiled = 0;  ///< That have code, whatever it is like.
    size_t Final = 0;     ///< That have the code that was asked for.
    size_t Kept = 0;      ///< That an earlier run has compiled.
  };

  /// For a program of so many \p Functions.
  explicit LateQueue(size_t Functions);
  /// Before anything is to be compiled: what the functions are, which has to
  /// live as long as this.
  void follow(const jit::LatePlan &Its) { Plan = &Its; }

  using Clock = std::chrono::steady_clock;
  /// So long the program waits for a thread that may have to let others go
  /// first; then its function is begun once more, unless it gets on.
  static constexpr Clock::duration Patience = std::chrono::milliseconds(20);

  /// There is an object of \p Done already.
  void has(const Task &Done);
  /// Whether also that is to be compiled which nobody calls, as without this.
  void wantEverything(bool Is) { IsEverythingWanted = Is; }
  bool isMissing(uint32_t Function) const {
    return States[Function] == State::Missing;
  }
  /// Something had fast code, which may run still.
  bool hasHadFast() const { return HadFast; }
  /// Something has fast code, and there can be better.
  bool hasFast() const { return Numbers.Compiled != Numbers.Final; }

  /// A slice of time has passed: what was seen in it is noted next.
  void endSlice() { ++Slice; }
  /// The program has called \p Function, which it has called before, in the
  /// slice of time.
  void noteCall(uint32_t Function);
  /// The same of its loop \p Number, which runs in fast code.
  void noteLoop(uint32_t Function, uint8_t Number);
  /// Whether the program loses more by code that was made fast than by waiting.
  void runsMoreThanItWaits(bool Is) { PrefersHot = Is; }
  /// To wait for a function takes as long as several take to be compiled fast,
  /// however small it is: all have fast code before any has better code, the
  /// most probable first.
  void expectLongWaits() { WaitsAreLong = true; }
  /// The program will call \p Function, which takes long to be compiled.
  void foresee(uint32_t Function) { Foreseen.push_back(Function); }
  /// The program waits for \p Function since \p Now.
  void request(uint32_t Function, Clock::time_point Now);
  /// Which tasks a thread takes.
  enum class Share {
    Quick,   ///< What the program may wait for soon.
    Running, ///< What it waits for, and better code for what it has called.
    All,
  };
  /// Whether who has begun a function has had a processor since.
  using Progress = std::function<bool(uint32_t Function)>;
  /// The next to be compiled; nothing, where \p Its has nothing to do now. What
  /// is in work and \p GetsOn is not begun once more.
  std::optional<Task> next(Share Its, Clock::time_point Now,
                           const Progress &GetsOn = nullptr);
  /// There is fast code of \p Function, and better code is being made.
  bool isBeingImproved(uint32_t Function) const {
    return States[Function] == State::InWorkAgain;
  }
  /// The program waits for what is in work.
  bool isAwaited() const { return !Awaited.empty(); }
  void finished(const Task &Done);
  /// There is no fast code of \p Its, which may wait.
  void postpone(const Task &Its);
  /// Everything has the code that was asked for.
  bool isDone() const { return Numbers.Final == Numbers.Functions; }
  const Counts &counts() const { return Numbers; }

private:
  enum class State : uint8_t { Missing, InWork, Fast, InWorkAgain, Final };

  /// Of a function, as it was seen from one slice of time to the next.
  struct RunningLoop {
    uint32_t Function;
    uint8_t Number;                  ///< The last that it told of.
    uint32_t LastSeen;               ///< In that slice.
    uint32_t Slices = 0;             ///< So many before it, without a call.
    std::vector<uint8_t> Begun = {}; ///< Somebody makes, or has made, those.
  };
  struct Probability {
    float Wait; ///< What there is to be gained.
    float Chance;
    uint32_t Function;
    bool operator<(const Probability &Other) const { return Wait < Other.Wait; }
  };

  /// Its callees may be called soon, with its own \p Chance.
  void expectCallees(uint32_t Function, float Chance);
  Task begin(uint32_t Function, bool IsUrgent);
  Task beginFinal(uint32_t Function);
  bool isFastFirst(uint32_t Function) const;
  std::optional<uint32_t> takeUrgent();
  std::optional<uint32_t> takeAwaited(Clock::time_point Now,
                                      const Progress &GetsOn);
  std::optional<uint32_t> takeForeseen();
  std::optional<uint32_t> takeProbable();
  std::optional<uint32_t> takeAnyFast();
  std::optional<uint32_t> takePostponed(uint64_t Largest);
  /// \p Function, or what runs and is to have better code before it: what it
  /// calls.
  uint32_t beforeIt(uint32_t Function) const;
  std::optional<uint32_t> takeHot() const;
  RunningLoop *find(uint32_t Function);
  bool isInOneCall(const RunningLoop &Its) const;
  std::optional<Task> takeLoop();
  std::optional<uint32_t> takeFast();
  std::optional<uint32_t> takeRest();

  const jit::LatePlan *Plan = nullptr;
  std::vector<State> States;
  std::vector<bool> IsRequested;
  std::vector<bool> HasNoFast;    ///< It was postponed, for that.
  std::vector<uint32_t> Heat;     ///< In how many slices of time it was called.
  std::vector<RunningLoop> Loops; ///< Few: those that were seen running.
  uint32_t Slice = 0;
  bool PrefersHot = false;
  bool WaitsAreLong = false;
  /// Before it, nothing is missing but what was postponed.
  uint32_t NextAny = 0;
  std::deque<uint32_t> Urgent;
  std::vector<uint32_t> Foreseen;
  /// What was in work when it was asked for, and since when.
  std::deque<std::pair<uint32_t, Clock::time_point>> Awaited;
  std::vector<Probability> Probable; ///< A heap.
  std::deque<uint32_t> Postponed;    ///< Less probable than these were.
  std::deque<uint32_t> ToBeImproved; ///< What runs, by when it was called.
  uint32_t NextFast = 0;             ///< Before it, none has fast code.
  uint32_t NextMissing = 0;          ///< Before it, nothing is missing.
  bool IsEverythingWanted = true;
  bool HadFast = false;
  Counts Numbers;
};

} // namespace remoterun::driver

#endif
