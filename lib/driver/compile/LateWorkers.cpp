//===- LateWorkers.cpp - Threads that compile while it runs ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LateWorkers.h"
#include <chrono>
#include "controller/base/UnusedMemory.h"
#include "jit/codegen/CompilerThread.h"

using namespace llvm;

namespace remoterun::driver {

LateWorkers::LateWorkers(std::shared_ptr<const jit::LatePlan> Plan,
                         std::unique_ptr<jit::LateBodies> Bodies, unsigned Jobs,
                         std::function<void()> OnThreadStart)
    : Plan(std::move(Plan)), Bodies(std::move(Bodies)), Jobs(Jobs),
      OnThreadStart(std::move(OnThreadStart)), Queue(*this->Plan) {}

void *LateWorkers::runThread(void *Its) {
  static_cast<LateWorkers *>(Its)->work();
  controller::returnHeapOfThread();
  return nullptr;
}

void LateWorkers::start(std::optional<uint32_t> Function) {
  IsStopped = false;
  if (Function)
    Queue.request(*Function);
  for (unsigned Number = 0; Number != Jobs; ++Number)
    if (auto Thread = jit::startCompilerThread(runThread, this))
      Threads.push_back(*Thread);
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
  Queue.request(Function);
  Changed.notify_all();
}

void LateWorkers::work() {
  if (OnThreadStart)
    OnThreadStart();
  // Of each unit one.
  std::vector<std::unique_ptr<jit::LateCompiler>> Own(Plan->Units.size());
  std::unique_lock Lock(Guard);
  while (!IsStopped && !Queue.isDone()) {
    // One is there for what the program waits for, if there are several.
    bool IsLast = Jobs > 1 && Patient + 1 >= Jobs;
    auto Task = Queue.next(/*Quick=*/IsLast);
    if (!Task) {
      Changed.wait(Lock);
      continue;
    }
    bool IsPatient = !Task->IsUrgent && !Task->IsFast;
    Patient += IsPatient;
    Lock.unlock();
    auto T0 = std::chrono::steady_clock::now();
    const jit::PlannedFunction &Function = Plan->Functions[Task->Function];
    std::unique_ptr<jit::LateCompiler> &Compiler = Own[Function.Unit];
    if (!Compiler)
      Compiler = std::make_unique<jit::LateCompiler>(Plan->Units[Function.Unit]);
    auto Object = Compiler->compile(
        Function, Bodies->bitcodeOf(Task->Function, Function), Task->IsFast);
    auto T1 = std::chrono::steady_clock::now();
    if (getenv("DBGLATE")) fprintf(stderr, "DBG %8.3f %s%s%s w%u %s\n", std::chrono::duration<double, std::milli>(T1-T0).count(), Task->IsUrgent?"U":"-", Task->IsFast?"F":"-", Task->IsFast?"-":"!", Plan->Functions[Task->Function].Weight, Plan->Functions[Task->Function].Name.c_str());
    // It remembers what was wrong.
    if (!Object)
      Compiler.reset();
    deliver({*Task, std::move(Object)});
    Lock.lock();
    Patient -= IsPatient;
    Queue.finished(*Task);
    Changed.notify_all();
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
