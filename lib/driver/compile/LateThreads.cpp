//===- LateThreads.cpp - What each thread of LateWorkers does -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/UnusedMemory.h"
#include "driver/compile/LateWorkers.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/SymbolNames.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>
#include <sys/resource.h>
#include <unistd.h>

using namespace llvm;

namespace remoterun::driver {

using Share = LateQueue::Share;

namespace {

std::chrono::nanoseconds timeOnProcessor(pthread_t Thread) {
  clockid_t Clock;
  timespec Its = {};
  if (::pthread_getcpuclockid(Thread, &Clock) == 0)
    ::clock_gettime(Clock, &Its);
  return std::chrono::seconds(Its.tv_sec) +
         std::chrono::nanoseconds(Its.tv_nsec);
}

/// Takes little from what else wants to run, the program above all. Not to be
/// taken back, and of this thread alone (setpriority(2), "C library/kernel
/// differences").
void becomeNice() {
  constexpr int Niceness = 10;
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), Niceness);
}

} // namespace

Expected<std::optional<jit::ObjectBytes>>
LateWorkers::compile(LateQueue::Task &Task, jit::LateCompiler &Compiler,
                     Module &Alone) {
  const jit::PlannedFunction &Function = Plan->Functions[Task.Function];
  if (!Task.Loop)
    return Compiler.compile(Task.Function, Function, Alone, Task.IsFast,
                            Task.MayWait);
  auto Object = Compiler.continueLoop(Function, Alone, *Task.Loop);
  if (!Object)
    return Object.error();
  return std::optional(std::move(*Object));
}

Expected<std::optional<jit::ObjectBytes>>
LateWorkers::compile(LateQueue::Task &Task,
                     std::unique_ptr<jit::LateCompiler> &Compiler) {
  const jit::PlannedFunction &Function = Plan->Functions[Task.Function];
  std::shared_ptr<jit::LateSource> From = source();
  auto Alone = From->moduleOf(Task.Function, Function);
  if (!Alone)
    return Alone.error();
  if (!Compiler) {
    auto Generator = From->generatorFor(Task.Function, Function);
    if (!Generator)
      return Generator.error();
    Compiler = std::make_unique<jit::LateCompiler>(
        Plan->Units[Function.Unit], std::move(*Generator), ReplacesLoops);
  }
  auto Object = compile(Task, *Compiler, **Alone);
  std::vector<std::string> Said = Compiler->takeWarnings();
  if (!Task.IsFast)
    noteWarnings(std::move(Said), Function);
  // What LLVM has found wrong, it would say of the next as well.
  if (!Object)
    Compiler.reset();
  return Object;
}

/// Waits until there may be something to do, under \p Lock. Who calls one
/// function calls others; but if nobody does for a while, and nothing is being
/// compiled, gives up what \p Own takes: the controller is small again.
void LateWorkers::rest(std::unique_lock<std::mutex> &Lock, const Worker &Self,
                       Compilers &Own) {
  constexpr std::chrono::milliseconds Soon(100);
  bool MayStarve = Self.Does == Share::Running && Busy != 0;
  if (MayStarve || (!standsBack(Self) && Queue.isAwaited())) {
    Changed.wait_for(Lock, LateQueue::Patience);
    return;
  }
  auto IsOne = [](const auto &Each) { return Each != nullptr; };
  if (Busy != 0 || none_of(Own, IsOne)) {
    Changed.wait(Lock);
    return;
  }
  if (Changed.wait_for(Lock, Soon) != std::cv_status::timeout || Busy != 0)
    return;
  Lock.unlock();
  for (auto &Each : Own)
    Each.reset();
  {
    std::lock_guard Taking(TakeGuard);
    Finished.moveToDisk();
  }
  controller::returnUnusedMemory();
  Lock.lock();
}

/// They speak of the code by a name that nobody has given it.
void LateWorkers::noteWarnings(std::vector<std::string> Said,
                               const jit::PlannedFunction &Function) {
  const std::string Code = Function.Name + jit::LateBody.str();
  StringRef Name = Function.Name;
  jit::consumePromotedSuffix(Name);
  std::lock_guard Lock(Guard);
  for (std::string &Text : Said) {
    if (size_t At = Text.find(Code); At != std::string::npos)
      Text.replace(At, Code.size(), Name);
    Warnings.insert(std::move(Text));
  }
}

/// Under Guard.
bool LateWorkers::getsOn(const Worker &Its) {
  auto Passed = LateQueue::Clock::now() - Its.Since;
  return timeOnProcessor(Its.Thread) - Its.OwnSince > Passed / 2;
}

/// Under Guard. What a thread that stands back is at, and hardly gets to.
std::optional<LateQueue::Task> LateWorkers::takeFromStarved() {
  const auto Now = LateQueue::Clock::now();
  for (const std::unique_ptr<Worker> &Each : Threads) {
    if (!standsBack(*Each) || !Each->IsAlone || Each->IsStuck ||
        !Queue.isBeingImproved(Each->Now.Function))
      continue;
    if (Now - Each->Since < LateQueue::Patience || getsOn(*Each))
      continue;
    Each->IsAlone = false;
    return Each->Now;
  }
  return std::nullopt;
}

/// Under Guard. What runs now may have fast code for as long as the program
/// runs.
bool LateWorkers::isIdleForGood() const {
  return Queue.isDone() && !(ReplacesLoops && Queue.hasHadFast());
}

/// Under Guard. Before the program has settled, that would be in its way. Who
/// stands back is not to hold what others need.
bool LateWorkers::mayShrink(const Worker &Self) const {
  return IsSettled && !IsShrunk && Source && !standsBack(Self) &&
         Self.Does != Share::Running;
}

/// Under \p Lock.
void LateWorkers::shrink(std::unique_lock<std::mutex> &Lock) {
  std::shared_ptr<jit::LateSource> From = Source;
  Lock.unlock();
  const bool IsDone = !From->shrink(*Plan);
  From.reset();
  if (IsDone)
    controller::returnUnusedMemory();
  Lock.lock();
  IsShrunk = IsDone;
}

/// What a function took to be compiled, malloc keeps.
void LateWorkers::returnFreed() {
  constexpr std::chrono::milliseconds Often(500);
  const auto Now = LateQueue::Clock::now();
  {
    std::lock_guard Lock(Guard);
    if (!IsSettled || Now - Returned < Often)
      return;
    Returned = Now;
  }
  controller::returnFreedMemory();
}

/// Under Guard.
std::optional<LateQueue::Task> LateWorkers::next(const Worker &Self) {
  auto GetsOn = [this](uint32_t Function) {
    return any_of(Threads, [&](const auto &Each) {
      return Each->IsAlone && !Each->IsStuck &&
             Each->Now.Function == Function && getsOn(*Each);
    });
  };
  auto Task = Queue.next(mayShrink(Self) ? Share::Quick : Self.Does,
                         LateQueue::Clock::now(), GetsOn);
  if (!Task && Self.Does == Share::Running)
    Task = takeFromStarved();
  return Task;
}

void LateWorkers::work(Worker &Self) {
  if (OnThreadStart)
    OnThreadStart();
  if (standsBack(Self))
    becomeNice();
  Compilers Own(Plan->Units.size());
  std::unique_lock Lock(Guard);
  while (!IsStopped && !isIdleForGood()) {
    auto Task = next(Self);
    if (!Task) {
      mayShrink(Self) ? shrink(Lock) : rest(Lock, Self, Own);
      continue;
    }
    Self.Now = *Task;
    Self.Since = LateQueue::Clock::now();
    Self.OwnSince = timeOnProcessor(::pthread_self());
    Self.IsAlone = true;
    ++Busy;
    Lock.unlock();
    jit::setBeforeFailure(waitUntilCalled, &Self);
    auto Object = compile(*Task, Own[Plan->Functions[Task->Function].Unit]);
    jit::setBeforeFailure(nullptr, nullptr);
    const bool IsDone = !Object || Object->has_value();
    if (!Object)
      deliver({*Task, Object.error()});
    else if (IsDone)
      deliver({*Task, std::move(**Object)});
    returnFreed();
    Lock.lock();
    Self.IsAlone = false;
    --Busy;
    IsDone ? Queue.finished(*Task) : Queue.postpone(*Task);
    Changed.notify_all();
  }
  Own.clear();
  if (--Working == 0 && isIdleForGood())
    Source.reset();
}

} // namespace remoterun::driver
