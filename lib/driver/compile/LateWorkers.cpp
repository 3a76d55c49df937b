//===- LateWorkers.cpp - Threads that compile while it runs ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LateWorkers.h"
#include "controller/base/UnusedMemory.h"
#include "jit/codegen/CompilerThread.h"

using namespace llvm;

namespace remoterun::driver {

LateWorkers::LateWorkers(std::shared_ptr<const jit::LatePlan> Plan,
                         unsigned Jobs, std::function<void()> OnThreadStart)
    : Plan(std::move(Plan)), Jobs(Jobs),
      OnThreadStart(std::move(OnThreadStart)), Queue(*this->Plan) {}

void *LateWorkers::runThread(void *Its) {
  static_cast<LateWorkers *>(Its)->work();
  controller::returnHeapOfThread();
  return nullptr;
}

void LateWorkers::start(uint32_t Function) {
  Queue.request(Function);
  for (unsigned Number = 0; Number != Jobs; ++Number)
    jit::startCompilerThread(runThread, this);
}

void LateWorkers::request(uint32_t Function) {
  std::lock_guard Lock(Guard);
  Queue.request(Function);
  Changed.notify_all();
}

void LateWorkers::work() {
  if (OnThreadStart)
    OnThreadStart();
  std::vector<std::unique_ptr<jit::LateCompiler>> Compilers(
      Plan->Units.size());
  std::unique_lock Lock(Guard);
  while (!Queue.isDone()) {
    auto Task = Queue.next(/*Quick=*/false);
    if (!Task) {
      Changed.wait(Lock);
      continue;
    }
    Lock.unlock();
    const jit::PlannedFunction &Function = Plan->Functions[Task->Function];
    auto &Compiler = Compilers[Function.Unit];
    std::optional<Failure> Broken;
    if (!Compiler) {
      auto Made = jit::LateCompiler::create(Plan->Units[Function.Unit]);
      if (Made)
        Compiler = std::move(*Made);
      else
        Broken = Made.error();
    }
    Expected<jit::ObjectBytes> Object =
        Broken ? Expected<jit::ObjectBytes>(*Broken)
               : Compiler->compile(Function, Task->IsFast);
    bool IsOver = !Object;
    deliver({*Task, std::move(Object)});
    Lock.lock();
    Queue.finished(*Task);
    Changed.notify_all();
    if (IsOver)
      return;
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
