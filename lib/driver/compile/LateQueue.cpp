//===- LateQueue.cpp - Which function is compiled next --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LateQueue.h"

#include <algorithm>
#include <cmath>

namespace remoterun::driver {

LateQueue::LateQueue(size_t Functions)
    : States(Functions, State::Missing), IsRequested(Functions, false),
      HasNoFast(Functions, false), Heat(Functions, 0) {
  Numbers.Functions = Functions;
}

bool LateQueue::isFastFirst(uint32_t Function) const {
  const jit::PlannedFunction &Its = Plan->Functions[Function];
  return Plan->Units[Its.Unit].MayBeFaster;
}

void LateQueue::has(const Task &Done) {
  State &Its = States[Done.Function];
  if (Its != State::Missing)
    return;
  Its = Done.IsFast ? State::Fast : State::Final;
  ++Numbers.Kept;
  ++Numbers.Compiled;
  Numbers.Final += !Done.IsFast;
  HadFast |= Done.IsFast;
  if (Done.IsFast)
    ToBeImproved.push_back(Done.Function);
}

void LateQueue::request(uint32_t Function, Clock::time_point Now) {
  if (IsRequested[Function])
    return;
  IsRequested[Function] = true;
  ++Numbers.Requested;
  bool WasMissing = isMissing(Function);
  switch (States[Function]) {
  case State::Missing:
    Urgent.push_back(Function);
    break;
  case State::InWork:
    Awaited.emplace_back(Function, Now);
    ToBeImproved.push_back(Function);
    break;
  case State::Fast:
    ToBeImproved.push_back(Function);
    break;
  case State::InWorkAgain:
  case State::Final:
    break;
  }
  // What an earlier run has called may have called only what is there.
  if (IsEverythingWanted || WasMissing)
    expectCallees(Function, 1);
}

void LateQueue::expectCallees(uint32_t Function, float Chance) {
  constexpr float Negligible = 0.0005F;
  for (const jit::LateCallee &Callee : Plan->Functions[Function].Callees) {
    float Its = Chance * Callee.Chance;
    if (States[Callee.Function] != State::Missing || Its < Negligible)
      continue;
    float Wait =
        WaitsAreLong
            ? Its
            : Its * std::sqrt(float(Plan->Functions[Callee.Function].Weight));
    Probable.push_back({Wait, Its, Callee.Function});
    std::push_heap(Probable.begin(), Probable.end());
  }
}

LateQueue::Task LateQueue::begin(uint32_t Function, bool IsUrgent) {
  bool IsFirst = States[Function] != State::Fast;
  States[Function] = IsFirst ? State::InWork : State::InWorkAgain;
  return {Function, IsFirst && isFastFirst(Function), IsUrgent};
}

LateQueue::Task LateQueue::beginFinal(uint32_t Function) {
  Task Next = begin(Function, /*IsUrgent=*/false);
  Next.IsFast = false;
  return Next;
}

std::optional<uint32_t> LateQueue::takeUrgent() {
  while (!Urgent.empty()) {
    uint32_t Function = Urgent.front();
    Urgent.pop_front();
    if (isFastFirst(Function))
      ToBeImproved.push_back(Function);
    if (States[Function] == State::Missing)
      return Function;
  }
  return std::nullopt;
}

std::optional<uint32_t> LateQueue::takeAwaited(Clock::time_point Now,
                                               const Progress &GetsOn) {
  while (!Awaited.empty()) {
    auto [Function, Since] = Awaited.front();
    bool IsInWork = States[Function] == State::InWork;
    if (IsInWork && (Now - Since < Patience || (GetsOn && GetsOn(Function))))
      return std::nullopt;
    Awaited.pop_front();
    if (IsInWork)
      return Function;
  }
  return std::nullopt;
}

std::optional<uint32_t> LateQueue::takeForeseen() {
  while (!Foreseen.empty()) {
    uint32_t Function = Foreseen.back();
    // It is called again and again: its final code, which takes long, is begun
    // when there is fast code.
    if (States[Function] == State::InWork)
      return std::nullopt;
    if (States[Function] != State::Missing)
      Foreseen.pop_back();
    if (States[Function] == State::Missing || States[Function] == State::Fast)
      return Function;
  }
  return std::nullopt;
}

std::optional<uint32_t> LateQueue::takeProbable() {
  while (!Probable.empty()) {
    std::pop_heap(Probable.begin(), Probable.end());
    auto [Wait, Chance, Function] = Probable.back();
    Probable.pop_back();
    if (States[Function] != State::Missing || HasNoFast[Function])
      continue;
    expectCallees(Function, Chance);
    return Function;
  }
  return std::nullopt;
}

/// Nobody knows what is called through pointers.
std::optional<uint32_t> LateQueue::takeAnyFast() {
  if (!WaitsAreLong || !IsEverythingWanted)
    return std::nullopt;
  for (; NextAny != States.size(); ++NextAny)
    if (States[NextAny] == State::Missing && !HasNoFast[NextAny])
      return NextAny;
  return std::nullopt;
}

/// Of at most so many instructions.
std::optional<uint32_t> LateQueue::takePostponed(uint64_t Largest) {
  auto IsMissing = [this](uint32_t Function) {
    return States[Function] == State::Missing;
  };
  while (!Postponed.empty() && !IsMissing(Postponed.front()))
    Postponed.pop_front();
  auto Its =
      std::find_if(Postponed.begin(), Postponed.end(), [&](uint32_t Function) {
        return IsMissing(Function) &&
               Plan->Functions[Function].Weight <= Largest;
      });
  if (Its == Postponed.end())
    return std::nullopt;
  uint32_t Function = *Its;
  Postponed.erase(Its);
  return Function;
}

/// Calls go to the final code that is there, and else through the entry, for as
/// long as the caller's code lives. What is called rarely is not worth that
/// everything waits for it.
uint32_t LateQueue::beforeIt(uint32_t Function) const {
  std::vector<uint32_t> Path = {Function};
  auto IsNext = [&](const jit::LateCallee &Callee) {
    return States[Callee.Function] == State::Fast &&
           IsRequested[Callee.Function] &&
           Heat[Callee.Function] >= Heat[Function] / 4 &&
           std::find(Path.begin(), Path.end(), Callee.Function) == Path.end();
  };
  while (true) {
    const auto &Callees = Plan->Functions[Path.back()].Callees;
    auto Next = std::find_if(Callees.begin(), Callees.end(), IsNext);
    if (Next == Callees.end())
      return Path.back();
    Path.push_back(Next->Function);
  }
}

std::optional<uint32_t> LateQueue::takeHot() const {
  // It is called again and again.
  constexpr uint32_t Hot = 3;
  std::optional<uint32_t> Hottest;
  for (uint32_t Each : ToBeImproved)
    if (States[Each] == State::Fast && Heat[Each] >= Hot &&
        (!Hottest || Heat[Each] > Heat[*Hottest]))
      Hottest = Each;
  if (Hottest)
    return beforeIt(*Hottest);
  return std::nullopt;
}

LateQueue::RunningLoop *LateQueue::find(uint32_t Function) {
  auto Its = std::find_if(Loops.begin(), Loops.end(), [&](const auto &Each) {
    return Each.Function == Function;
  });
  return Its == Loops.end() ? nullptr : &*Its;
}

void LateQueue::noteCall(uint32_t Function) {
  ++Heat[Function];
  if (RunningLoop *Its = find(Function))
    Its->Slices = 0;
}

void LateQueue::noteLoop(uint32_t Function, uint8_t Number) {
  RunningLoop *Its = find(Function);
  if (!Its)
    Its = &Loops.emplace_back(RunningLoop{Function, Number, Slice});
  Its->Slices = Slice - Its->LastSeen > 1 ? 1 : Its->Slices + 1;
  Its->LastSeen = Slice;
  Its->Number = Number;
  // Better code of it would be found by its next call.
  if (!isInOneCall(*Its))
    ++Heat[Function];
}

/// As far as can be seen.
bool LateQueue::isInOneCall(const RunningLoop &Its) const {
  constexpr uint32_t Long = 10;
  return Plan->Functions[Its.Function].IsCalledOnce || Its.Slices >= Long;
}

/// What runs in a loop for so long that its next call is far. Who has final
/// code runs fast code in a call of before.
std::optional<LateQueue::Task> LateQueue::takeLoop() {
  constexpr uint32_t Hot = 3;
  for (RunningLoop &Each : Loops) {
    if (Each.Slices < Hot ||
        (States[Each.Function] != State::Final && !isInOneCall(Each)) ||
        Slice - Each.LastSeen > 1 ||
        std::find(Each.Begun.begin(), Each.Begun.end(), Each.Number) !=
            Each.Begun.end())
      continue;
    Each.Begun.push_back(Each.Number);
    return Task{.Function = Each.Function, .Loop = Each.Number};
  }
  return std::nullopt;
}

std::optional<uint32_t> LateQueue::takeFast() {
  for (size_t Left = ToBeImproved.size(); Left != 0; --Left) {
    uint32_t Function = ToBeImproved.front();
    if (States[Function] == State::Fast)
      // It stays there until its own turn has come.
      return beforeIt(Function);
    ToBeImproved.pop_front();
    // Its fast code is being made.
    if (States[Function] == State::InWork)
      ToBeImproved.push_back(Function);
  }
  return std::nullopt;
}

/// What is there because it was probable may run as well.
std::optional<uint32_t> LateQueue::takeRest() {
  for (; NextFast != States.size(); ++NextFast)
    if (States[NextFast] == State::Fast)
      return NextFast;
  for (; IsEverythingWanted && NextMissing != States.size(); ++NextMissing)
    if (States[NextMissing] == State::Missing)
      return NextMissing;
  return std::nullopt;
}

std::optional<LateQueue::Task> LateQueue::next(Share Its, Clock::time_point Now,
                                               const Progress &GetsOn) {
  if (auto Function = takeUrgent())
    return begin(*Function, /*IsUrgent=*/true);
  if (auto Function = takeAwaited(Now, GetsOn))
    return begin(*Function, /*IsUrgent=*/true);
  std::optional<uint32_t> Function;
  if (Its == Share::All && (Function = takeForeseen()))
    return begin(*Function, /*IsUrgent=*/false);
  if (Its != Share::Quick && PrefersHot) {
    if (auto Loop = takeLoop())
      return Loop;
    if ((Function = takeHot()))
      return beginFinal(*Function);
  }
  if (Its != Share::Running &&
      ((Function = takeProbable()) || (Function = takeAnyFast()))) {
    Task Next = begin(*Function, /*IsUrgent=*/false);
    // In the time that good code takes, several others can have fast code, and
    // who is called meanwhile would wait.
    Next.MayWait = Next.IsFast;
    return Next;
  }
  // Who waits for what somebody else has begun asks for nothing new meanwhile;
  // what takes longer than that may be in the way of what comes then.
  constexpr uint64_t Small = 300;
  if (Its == Share::Quick && isAwaited())
    Function = takePostponed(Small);
  if (Its == Share::All)
    Function = takePostponed(UINT64_MAX);
  if (!Function && Its != Share::Quick)
    Function = takeFast();
  if (!Function && Its == Share::All)
    Function = takeRest();
  if (!Function)
    return std::nullopt;
  return beginFinal(*Function);
}

void LateQueue::postpone(const Task &Its) {
  // The program may have called it meanwhile, and waits then, unless somebody
  // else has begun it for that.
  if (States[Its.Function] != State::InWork)
    return;
  if (IsRequested[Its.Function]) {
    auto Waiting =
        std::find_if(Awaited.begin(), Awaited.end(), [&](const auto &Each) {
          return Each.first == Its.Function;
        });
    if (Waiting == Awaited.end())
      return;
    Awaited.erase(Waiting);
    Urgent.push_front(Its.Function);
  } else {
    Postponed.push_back(Its.Function);
    HasNoFast[Its.Function] = true;
  }
  States[Its.Function] = State::Missing;
}

void LateQueue::finished(const Task &Done) {
  if (Done.Loop)
    return;
  State &Its = States[Done.Function];
  Numbers.Compiled += Its == State::InWork;
  // Two may have been at it.
  if (Its == State::Final || (Done.IsFast && Its != State::InWork))
    return;
  if (Done.IsFast) {
    Its = State::Fast;
    HadFast = true;
    NextFast = std::min(NextFast, Done.Function);
    return;
  }
  Its = State::Final;
  ++Numbers.Final;
}

} // namespace remoterun::driver
