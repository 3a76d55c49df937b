//===- Calls.cpp - Functions that the controller calls --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/open/Calls.h"
#include "executor/base/Libc.h"
#include "executor/open/CallCrash.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace remoterun::executor {

/// One call, with its arguments in memory of its own: the frame that they came
/// in goes on to the next request.
struct Calls::Job {
  using Function = void (*)(void *Function, void *Buffer);

  uint64_t Number;
  Function Wrapper;
  void *Called;
  AddedModule *Module;
  size_t ResultSize;
  /// Aligned as malloc(3) aligns.
  alignas(std::max_align_t) uint8_t Buffer[];

  static Job *create(const wire::Call &Request, AddedModule &Module) {
    size_t Size =
        std::max<size_t>(Request.Arguments.size(), Request.ResultSize);
    auto *Made = static_cast<Job *>(std::malloc(sizeof(Job) + Size));
    if (!Made)
      return nullptr;
    Made->Number = Request.Number;
    Made->Wrapper = reinterpret_cast<Function>(memoryAt(Request.Wrapper));
    Made->Called = memoryAt(Request.Function);
    Made->Module = &Module;
    Made->ResultSize = Request.ResultSize;
    if (!Request.Arguments.empty())
      std::memcpy(Made->Buffer, Request.Arguments.data(),
                  Request.Arguments.size());
    std::memset(Made->Buffer + Request.Arguments.size(), 0,
                Size - Request.Arguments.size());
    return Made;
  }

  static void start(void *Its) {
    auto &Todo = *static_cast<Job *>(Its);
    Todo.Wrapper(Todo.Called, Todo.Buffer);
  }
};

bool Calls::runGuarded(void (*Function)(void *), void *Argument,
                       ByteBuffer &Report) const {
  if (Wanted.Recovers)
    return executor::runGuarded(Function, Argument, Report);
  Function(Argument);
  return true;
}

Expected<void> Calls::perform(Job &Todo) {
  ByteBuffer Report;
  wire::Returned Answer;
  Answer.Number = Todo.Number;
  Answer.HasCrashed = !runGuarded(Job::start, &Todo, Report);
  Answer.Result = Answer.HasCrashed
                      ? Report.span()
                      : std::span<const uint8_t>(Todo.Buffer, Todo.ResultSize);
  // Whoever gets the answer may remove the module at once.
  end(*Todo.Module);
  auto Sent = Answers.send(Answer);
  std::free(&Todo);
  return Sent;
}

void Calls::end(AddedModule &Called) {
  Locked Only(Guard);
  --Called.Running;
  HasEnded.wakeAll();
}

void *Calls::threadMain(void *Its) {
  static_cast<Calls *>(Its)->work();
  return nullptr;
}

void Calls::work() {
  Locked Only(Guard);
  for (;;) {
    while (Waiting.empty() && !IsOver) {
      ++Idle;
      HasJob.wait(Guard);
      --Idle;
    }
    if (Waiting.empty())
      break;
    Job *Todo = Waiting[0];
    std::copy(Waiting.begin() + 1, Waiting.end(), Waiting.begin());
    Waiting.resize(Waiting.size() - 1);
    Guard.unlock();
    // Whoever reads requests sees that the controller is gone.
    (void)!perform(*Todo);
    Guard.lock();
  }
  --Threads;
  HasEnded.wakeAll();
}

/// With Guard locked. They are detached: finish() counts them.
bool Calls::startThread() {
  pthread_attr_t Attributes;
  if (pthread_attr_init(&Attributes) != 0)
    return false;
  pthread_attr_setdetachstate(&Attributes, PTHREAD_CREATE_DETACHED);
  pthread_t Thread;
  bool IsStarted =
      libc.pthread_create(&Thread, &Attributes, threadMain, this) == 0;
  pthread_attr_destroy(&Attributes);
  Threads += IsStarted;
  return IsStarted;
}

Expected<void> Calls::run(const wire::Call &Request, AddedModule &Called) {
  Job *Todo = Job::create(Request, Called);
  if (!Todo)
    return failure("there is no memory for the arguments of a call");
  ++Called.Running;
  if (Request.OwnThread && Wanted.Threads != 0) {
    Locked Only(Guard);
    bool HasThread = Idle > Waiting.size();
    if (!HasThread && Threads < Wanted.Threads)
      HasThread = startThread();
    // Where there can be no more, it waits for one that there is.
    if (HasThread || Threads != 0) {
      Waiting.push(Todo);
      HasJob.wakeOne();
      return {};
    }
  }
  return perform(*Todo);
}

void Calls::waitFor(AddedModule &Module) {
  Locked Only(Guard);
  while (Module.Running != 0)
    HasEnded.wait(Guard);
}

void Calls::finish() {
  Locked Only(Guard);
  IsOver = true;
  HasJob.wakeAll();
  while (Threads != 0)
    HasEnded.wait(Guard);
}

} // namespace remoterun::executor
