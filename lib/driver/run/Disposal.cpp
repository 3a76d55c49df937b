//===- Disposal.cpp - What is not needed while the guest runs -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/run/Disposal.h"
#include "controller/base/UnusedMemory.h"

#include <csignal>
#include <pthread.h>

namespace remoterun::driver {

void Disposal::begin() {
  Progress = State::Begun;
  // The thread starts with this mask: signals are for who watches the guest.
  sigset_t All, Before;
  sigfillset(&All);
  pthread_sigmask(SIG_SETMASK, &All, &Before);
  pthread_t Thread;
  bool Runs = pthread_create(&Thread, nullptr, run, this) == 0;
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  if (Runs)
    pthread_detach(Thread);
  else
    // As large as it was, but as right.
    Progress = State::Done;
}

void Disposal::await() const {
  for (State Seen; (Seen = Progress) == State::Begun;)
    Progress.wait(Seen);
}

void *Disposal::run(void *Self) {
  auto &Work = *static_cast<Disposal *>(Self);
  Work.dispose();
  if (Work.ForDebuggers)
    Work.ForDebuggers->serve(
        [&]() -> const jit::ProgramRecord & { return Work.Linker.record(); });
  return nullptr;
}

void Disposal::dispose() {
  Linker.letGo();
  controller::returnUnusedMemory();
  Progress = State::Done;
  Progress.notify_all();
}

} // namespace remoterun::driver
