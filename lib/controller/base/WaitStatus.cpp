//===- WaitStatus.cpp - How a process ended -------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/WaitStatus.h"

#include <csignal>
#include <cstring>
#include <sys/wait.h>

namespace remoterun::controller {

WaitStatus WaitStatus::fromRaw(int Raw) {
  WaitStatus Made;
  if (WIFEXITED(Raw)) {
    Made.Status = WEXITSTATUS(Raw);
  } else {
    Made.Signal = WTERMSIG(Raw);
    Made.DumpedCore = WCOREDUMP(Raw);
  }
  return Made;
}

std::string describeSignal(int Signal) {
  std::string Text = "signal " + std::to_string(Signal);
  if (Signal >= SIGRTMIN && Signal <= SIGRTMAX)
    return Text + " (SIGRTMIN+" + std::to_string(Signal - SIGRTMIN) + ")";
  const char *Abbreviation = sigabbrev_np(Signal);
  const char *Description = sigdescr_np(Signal);
  if (!Abbreviation || !Description)
    return Text;
  return Text + " (SIG" + Abbreviation + ", " + Description + ")";
}

std::string WaitStatus::describe() const {
  if (exited())
    return "exited with status " + std::to_string(Status);
  return "was killed by " + describeSignal(Signal) +
         (DumpedCore ? ", core dumped" : "");
}

} // namespace remoterun::controller
