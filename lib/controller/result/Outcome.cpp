//===- Outcome.cpp - How a run ended, as the shell sees it ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/result/Outcome.h"

#include <csignal>

namespace remoterun::controller {

Outcome outcomeOf(const GuestEnd &End, const OutcomeNames &Names) {
  Outcome Seen;
  if (End.Status.exited() && !End.TimedOut) {
    Seen.ExitStatus = End.Status.exitStatus();
    return Seen;
  }
  Seen.Diagnostic = "program '" + Names.Guest + "' " + End.Status.describe();
  if (End.TimedOut) {
    Seen.ExitStatus = TimedOutStatus;
    Seen.Diagnostic = "the time of " + Names.Timeout +
                      " ran out while the program ran; " + Seen.Diagnostic;
    return Seen;
  }
  Seen.Signal = End.Status.signal();
  Seen.ExitStatus = 128 + Seen.Signal;
  if (auto Limit = Names.Limits.find(Seen.Signal); Limit != Names.Limits.end())
    Seen.Diagnostic += "; " + Limit->second + " allows no more";
  // Natively nobody speaks of a reader that has seen enough, as head(1) does;
  // and who has sent a signal to us, too, knows.
  if (Seen.Signal == SIGPIPE || End.SignalReachedUs)
    Seen.Diagnostic.clear();
  return Seen;
}

} // namespace remoterun::controller
