//===- LateWorkers.cpp - Threads that compile while it runs ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LateWorkers.h"
#include "controller/base/UnusedMemory.h"
#include "jit/base/CrashGuard.h"
#include "jit/codegen/CompilerThread.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>
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
  Queue = LateQueue(Planned->Functions);
  if (Plan)
    Queue.follow(*Plan);
  Queue.wantEverything(false);
  for (const LateQueue::Task &Each : Before)
    Queue.has(Each);
}

void LateWorkers::provide(std::vector<LateObject> Objects) {
  Early = std::move(Objects);
}

void LateWorkers::improve(bool AtOnce) {
  std::lock_guard Lock(Guard);
  if (AtOnce && !IsSettled) {
    IsSettled = true;
    Changed.notify_all();
  }
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

void LateWorkers::noteCalls(ArrayRef<Seen> All, bool IsRunning) {
  std::lock_guard Lock(Guard);
  Queue.runsMoreThanItWaits(IsRunning);
  Queue.endSlice();
  for (const Seen &Each : All)
    if (Each.Loop && ReplacesLoops && Plan)
      Queue.noteLoop(Each.Function, *Each.Loop);
    else
      Queue.noteCall(Each.Function);
  Changed.notify_all();
}

std::shared_ptr<jit::LateSource> LateWorkers::source() const {
  std::lock_guard Lock(Guard);
  return Source;
}

void LateWorkers::stayInMemory() {
  if (auto Its = source())
    Its->readAll();
  std::lock_guard Taking(TakeGuard);
  Finished.stayInMemory();
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
  Result.Objects = Finished.takeAll();
  KeepsFinished = false;
  Take = nullptr;
  return Result;
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
  if (KeepsFinished && Done.Object && !Done.IsKept && !Done.Of.Loop)
    Finished.add(std::move(Done));
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

void LateWorkers::forEachEarly(const Sink &Look) {
  std::lock_guard Lock(Guard);
  for (const LateObject &Each : Early)
    Look(Each);
}

void LateWorkers::expectLongWaits() {
  std::lock_guard Lock(Guard);
  Queue.expectLongWaits();
  Changed.notify_all();
}

void LateWorkers::completeAll() {
  start({});
  std::lock_guard Lock(Guard);
  Changed.notify_all();
}

bool LateWorkers::isDone() const {
  std::lock_guard Lock(Guard);
  return Queue.isDone();
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
