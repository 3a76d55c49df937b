//===- LateWorkers.cpp - Threads that compile while it runs ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LateWorkers.h"
#include "controller/base/UnusedMemory.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/SymbolNames.h"
#include "jit/codegen/CompilerThread.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>
#include <sys/resource.h>
#include <unistd.h>

using namespace llvm;

namespace remoterun::driver {

using Share = LateQueue::Share;

LateWorkers::LateWorkers(std::shared_ptr<const jit::PlanOnDemand> Its,
                         std::shared_ptr<jit::LateSource> Source, unsigned Jobs,
                         std::function<void()> OnThreadStart)
    : Planned(std::move(Its)), Jobs(Jobs),
      OnThreadStart(std::move(OnThreadStart)), Source(std::move(Source)),
      Queue(Planned->Functions),
      IsCalled(new std::atomic<bool>[Planned->Functions]()) {}

/// Under Guard. Whether it is known what the functions are.
bool LateWorkers::hasPlan() {
  if (Plan)
    return true;
  Plan = Planned->All.get();
  if (Plan)
    Queue.follow(*Plan);
  return Plan != nullptr;
}

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

void *LateWorkers::runThread(void *Its) {
  auto &Self = *static_cast<Worker *>(Its);
  Self.Of->work(Self);
  // The compiler is not needed any more, and all who know that are done before
  // this thread has let go of its own.
  controller::returnUnusedMemory();
  return nullptr;
}

void LateWorkers::start(ArrayRef<uint32_t> Functions) {
  std::lock_guard Lock(Guard);
  if (!hasPlan())
    return;
  IsStopped = false;
  Queue.wantEverything(true);
  for (uint32_t Each : Functions)
    Queue.request(Each, LateQueue::Clock::now());
  startThreads();
}

void LateWorkers::resume(const std::vector<LateQueue::Task> &Before) {
  Queue.wantEverything(false);
  for (const LateQueue::Task &Each : Before)
    Queue.has(Each);
}

void LateWorkers::provide(std::vector<LateObject> Objects) {
  Early = std::move(Objects);
}

void LateWorkers::improve(bool AtOnce) {
  std::lock_guard Lock(Guard);
  if (!Queue.hasFast() || IsStopped || !hasPlan())
    return;
  startThreads();
  auto Improves = [](const auto &Each) { return Each->Does == Share::Running; };
  if (AtOnce && Jobs > 1 && none_of(Threads, Improves))
    startOne(Share::Running);
}

/// Under Guard.
void LateWorkers::startThreads() {
  if (!Threads.empty() || IsStopped)
    return;
  // One is there for what the program waits for. If there are others, they do
  // the rest.
  startOne(Jobs > 1 ? Share::Quick : Share::All);
  for (unsigned Number = 1; Number < Jobs; ++Number)
    startOne(Share::All);
}

void LateWorkers::startOne(Share Does) {
  Threads.push_back(std::make_unique<Worker>(this, Does));
  Worker &Made = *Threads.back();
  ++Working;
  if (auto Thread = jit::startCompilerThread(runThread, &Made)) {
    Made.Thread = *Thread;
    return;
  }
  Threads.pop_back();
  --Working;
}

/// LLVM has failed, and ends this process when we return. Async-signal-safe.
void LateWorkers::waitUntilCalled(void *Its) {
  auto &Self = *static_cast<Worker *>(Its);
  Self.IsStuck = true;
  const timespec Pause = {0, 5'000'000};
  while (!Self.Of->IsCalled[Self.Now.Function])
    ::nanosleep(&Pause, nullptr);
}

/// It is done, as far as it can be.
void LateWorkers::finishStuck(Worker &Its) {
  Its.Now.IsFast = false;
  --Busy;
  Queue.finished(Its.Now);
}

void LateWorkers::replaceStuck() {
  std::lock_guard Lock(Guard);
  for (size_t Number = 0; !IsStopped && Number != Threads.size(); ++Number) {
    Worker &Each = *Threads[Number];
    if (!Each.IsStuck || Each.IsReplaced)
      continue;
    Each.IsReplaced = true;
    finishStuck(Each);
    startOne(Each.Does);
    Changed.notify_all();
  }
}

void LateWorkers::stop() {
  {
    std::lock_guard Lock(Guard);
    IsStopped = true;
    Changed.notify_all();
  }
  // One that is stuck stays so: its record, too.
  for (std::unique_ptr<Worker> &Each : Threads) {
    const timespec AtOnce = {};
    while (!Each->IsStuck &&
           ::pthread_timedjoin_np(Each->Thread, nullptr, &AtOnce) != 0) {
      const timespec Pause = {0, 1'000'000};
      ::nanosleep(&Pause, nullptr);
    }
    if (!Each->IsStuck)
      continue;
    {
      std::lock_guard Lock(Guard);
      if (!Each->IsReplaced)
        finishStuck(*Each);
    }
    static_cast<void>(Each.release());
  }
  Threads.clear();
}

void LateWorkers::await() {
  std::unique_lock Lock(Guard);
  while (!Queue.isDone() && !IsStopped)
    Changed.wait(Lock);
}

bool LateWorkers::request(uint32_t Function) {
  IsCalled[Function] = true;
  std::lock_guard Lock(Guard);
  if (Queue.isMissing(Function) && !hasPlan())
    return false;
  Queue.request(Function, LateQueue::Clock::now());
  if (Queue.isMissing(Function))
    startThreads();
  Changed.notify_all();
  return true;
}

std::shared_ptr<jit::LateSource> LateWorkers::source() const {
  std::lock_guard Lock(Guard);
  return Source;
}

void LateWorkers::forgetFinished() {
  std::lock_guard Taking(TakeGuard);
  KeepsFinished = false;
  Finished.clear();
}

LateWorkers::Taken LateWorkers::takeFinished() {
  Taken Result;
  {
    std::lock_guard Lock(Guard);
    // Who compiles the last function lets go of it, and may do so before this
    // is through, when that object is lost.
    Result.Source = Source;
    IsStopped = true;
    Changed.notify_all();
  }
  std::lock_guard Taking(TakeGuard);
  for (auto &[Function, Object] : std::exchange(Finished, {}))
    Result.Objects.push_back(std::move(Object));
  KeepsFinished = false;
  Take = nullptr;
  return Result;
}

Expected<std::optional<jit::ObjectBytes>>
LateWorkers::compile(LateQueue::Task &Task,
                     std::unique_ptr<jit::LateCompiler> &Compiler) {
  const jit::PlannedFunction &Function = Plan->Functions[Task.Function];
  std::shared_ptr<jit::LateSource> From = source();
  auto Bitcode = From->bitcodeOf(Task.Function, Function);
  if (!Bitcode)
    return Bitcode.error();
  if (!Compiler) {
    auto Generator = From->generatorFor(Function, *Bitcode);
    if (!Generator)
      return Generator.error();
    Compiler = std::make_unique<jit::LateCompiler>(Plan->Units[Function.Unit],
                                                   std::move(*Generator));
  }
  auto Object = Compiler->compile(Task.Function, Function, *Bitcode,
                                  Task.IsFast, Task.MayWait);
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

/// Under Guard. What a thread that stands back is at, and hardly gets to.
std::optional<LateQueue::Task> LateWorkers::takeFromStarved() {
  const auto Now = LateQueue::Clock::now();
  for (const std::unique_ptr<Worker> &Each : Threads) {
    if (!standsBack(*Each) || !Each->IsAlone || Each->IsStuck ||
        !Queue.isBeingImproved(Each->Now.Function))
      continue;
    auto Passed = Now - Each->Since;
    auto Its = timeOnProcessor(Each->Thread) - Each->OwnSince;
    if (Passed < LateQueue::Patience || Its > Passed / 2)
      continue;
    Each->IsAlone = false;
    return Each->Now;
  }
  return std::nullopt;
}

/// Under Guard.
std::optional<LateQueue::Task> LateWorkers::next(const Worker &Self) {
  auto Task = Queue.next(Self.Does, LateQueue::Clock::now());
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
  while (!IsStopped && !Queue.isDone()) {
    auto Task = next(Self);
    if (!Task) {
      rest(Lock, Self, Own);
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
    Lock.lock();
    Self.IsAlone = false;
    --Busy;
    IsDone ? Queue.finished(*Task) : Queue.postpone(*Task);
    Changed.notify_all();
  }
  Own.clear();
  if (--Working == 0 && Queue.isDone())
    Source.reset();
}

void LateWorkers::deliver(LateObject Done) {
  std::lock_guard Taking(TakeGuard);
  if (Take) {
    take(std::move(Done));
    return;
  }
  std::lock_guard Lock(Guard);
  Early.push_back(std::move(Done));
}

/// Under TakeGuard.
void LateWorkers::take(LateObject Done) {
  Take(Done);
  // Of two that were at it, the slower may have made the lesser.
  auto Before = Finished.find(Done.Of.Function);
  bool IsBest = Before == Finished.end() || Before->second.Of.IsFast;
  if (KeepsFinished && Done.Object && !Done.IsKept && IsBest)
    Finished.insert_or_assign(Done.Of.Function, std::move(Done));
}

void LateWorkers::deliverTo(Sink NewTake) {
  std::lock_guard Taking(TakeGuard);
  Take = std::move(NewTake);
  std::vector<LateObject> Done;
  {
    std::lock_guard Lock(Guard);
    Done.swap(Early);
  }
  for (LateObject &Each : Done)
    take(std::move(Each));
}

std::vector<std::string> LateWorkers::warnings() const {
  std::lock_guard Lock(Guard);
  return {Warnings.begin(), Warnings.end()};
}

LateQueue::Counts LateWorkers::counts() const {
  std::lock_guard Lock(Guard);
  return Queue.counts();
}

} // namespace remoterun::driver
