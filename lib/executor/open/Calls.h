//===- Calls.h - Functions that the controller calls ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_OPEN_CALLS_H
#define REMOTERUN_EXECUTOR_OPEN_CALLS_H

#include "executor/open/AddedModule.h"
#include "executor/open/Replies.h"
#include "wire/OpenMessages.h"

namespace remoterun::executor {

/// Runs calls, on the thread that asks for it or on others, and answers each.
class Calls {
public:
  struct Settings {
    uint32_t Threads = 0;  ///< At most so many of our own.
    bool Recovers = false; ///< A crash ends the call alone.
    /// The controller is told of a crash that ends the process (LastWords.h).
    bool HasLastWords = false;
  };

  Calls(Replies &Answers, Settings Wanted) : Answers(Answers), Wanted(Wanted) {}
  /// When it waits for nobody any more: see finish().
  ~Calls() = default;
  Calls(const Calls &) = delete;
  Calls &operator=(const Calls &) = delete;

  /// Calls what is in \p Called. Returns when that has returned, unless \p
  /// Request wants a thread of its own and there may be one.
  Expected<void> run(const wire::Call &Request, AddedModule &Called);

  /// Waits until no call runs in \p Module.
  void waitFor(AddedModule &Module);
  /// Lets threads of ours go, and waits for those that run something.
  void finish();

  /// Runs \p Function with the same care as a call. False where it crashed.
  bool runGuarded(void (*Function)(void *), void *Argument,
                  ByteBuffer &Report) const;

private:
  struct Job;

  static void *threadMain(void *Its);
  void work();
  bool startThread();
  Expected<void> perform(Job &Todo);
  void end(AddedModule &Called);

  Replies &Answers;
  Settings Wanted;
  Mutex Guard;
  Condition HasJob, HasEnded;
  // Under Guard.
  List<Job *> Waiting;
  uint32_t Threads = 0, Idle = 0;
  bool IsOver = false;
};

} // namespace remoterun::executor

#endif
