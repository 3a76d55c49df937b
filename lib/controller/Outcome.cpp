//===- Outcome.cpp - How a run ended, as the shell sees it ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/Outcome.h"

namespace remoterun::controller {

Outcome outcomeOf(const GuestEnd &End, const OutcomeNames &Names) {
  std::string Diagnostic =
      "program '" + Names.Guest + "' " + End.Status.describe();
  if (End.TimedOut)
    return {TimedOutStatus, "the time of " + Names.Timeout +
                                " ran out while the program ran; " +
                                Diagnostic};
  if (End.Status.exited())
    return {End.Status.exitStatus(), ""};
  if (auto Limit = Names.Limits.find(End.Status.signal());
      Limit != Names.Limits.end())
    Diagnostic += "; " + Limit->second + " allows no more";
  return {128 + End.Status.signal(), std::move(Diagnostic)};
}

} // namespace remoterun::controller
