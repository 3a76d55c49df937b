//===- LateWorkers.cpp - Threads that compile while it runs ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LateWorkers.h"
#include "controller/base/UnusedMemory.h"
#include "jit/codegen/CompilerThread.h"

#include <sys/resource.h>
#include <unistd.h>

using namespace llvm;

namespace remoterun::driver {

LateWorkers::LateWorkers(std::shared_ptr<const jit::LatePlan> Plan,
                         std::unique_ptr<jit::LateBodies> Bodies, unsigned Jobs,
                         std::function<void()> OnThreadStart)
    : Plan(std::move(Plan)), Bodies(std::move(Bodies)), Jobs(Jobs),
      OnThreadStart(std::move(OnThreadStart)), Queue(*this->Plan) {}

namespace {

/// Takes little from what else wants to run, the program above all. Not to be
/// taken back, and of this thread alone (setpriority(2), "C library/kernel
/// differences").
void becomeNice() {
  constexpr int Niceness = 10;
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), Niceness);
}

} // namespace

void *LateWorkers::runThread(void *Its) {
  static_cast<LateWorkers *>(Its)->work();
  controller::returnHeapOfThread();
  return nullptr;
}

void LateWorkers::start(std::optional<uint32_t> Function) {
  IsStopped = false;
  Started = 0;
  Working = Jobs;
  if (Function)
    Queue.request(*Function, LateQueue::Clock::now());
  for (unsigned Number = 0; Number != Jobs; ++Number)
    if (auto Thread = jit::startCompilerThread(runThread, this))
      Threads.push_back(*Thread);
    else
      --Working;
}

void LateWorkers::stop() {
  {
    std::lock_guard Lock(Guard);
    IsStopped = true;
    Changed.notify_all();
  }
  for (pthread_t Thread : Threads)
    pthread_join(Thread, nullptr);
  Threads.clear();
}

void LateWorkers::await() {
  std::unique_lock Lock(Guard);
  while (!Queue.isDone() && !IsStopped)
    Changed.wait(Lock);
}

void LateWorkers::request(uint32_t Function) {
  std::lock_guard Lock(Guard);
  Queue.request(Function, LateQueue::Clock::now());
  Changed.notify_all();
}

void LateWorkers::work() {
  if (OnThreadStart)
    OnThreadStart();
  // One is there for what the program waits for. If there are others, they do
  // the rest.
  bool IsFirst = Started.fetch_add(1) == 0;
  if (!IsFirst)
    becomeNice();
  // Of each unit one.
  std::vector<std::unique_ptr<jit::LateCompiler>> Own(Plan->Units.size());
  std::unique_lock Lock(Guard);
  while (!IsStopped && !Queue.isDone()) {
    auto Task =
        Queue.next(/*Quick=*/IsFirst && Jobs > 1, LateQueue::Clock::now());
    if (!Task) {
      if (IsFirst && Queue.isAwaited())
        Changed.wait_for(Lock, LateQueue::Patience);
      else
        Changed.wait(Lock);
      continue;
    }
    Lock.unlock();
    const jit::PlannedFunction &Function = Plan->Functions[Task->Function];
    std::unique_ptr<jit::LateCompiler> &Compiler = Own[Function.Unit];
    if (!Compiler)
      Compiler =
          std::make_unique<jit::LateCompiler>(Plan->Units[Function.Unit]);
    auto Object = Compiler->compile(
        Function, Bodies->bitcodeOf(Task->Function, Function), Task->IsFast);
    // What LLVM has found wrong, it would say of the next as well.
    if (!Object)
      Compiler.reset();
    deliver({*Task, std::move(Object)});
    Lock.lock();
    Queue.finished(*Task);
    Changed.notify_all();
  }
  Own.clear();
  if (--Working == 0 && Queue.isDone()) {
    // The controller is small again.
    Bodies.reset();
    controller::returnFreedMemory();
  }
}

void LateWorkers::deliver(LateObject Done) {
  std::lock_guard Taking(TakeGuard);
  if (Take) {
    Take(std::move(Done));
    return;
  }
  std::lock_guard Lock(Guard);
  Early.push_back(std::move(Done));
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
    Take(std::move(Each));
}

LateQueue::Counts LateWorkers::counts() const {
  std::lock_guard Lock(Guard);
  return Queue.counts();
}

} // namespace remoterun::driver
