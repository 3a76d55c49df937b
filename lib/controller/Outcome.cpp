//===- Outcome.cpp - How a run ended, as the shell sees it ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/Outcome.h"

namespace remoterun::controller {

Outcome outcomeOf(const GuestEnd &End, const std::string &GuestName) {
  if (End.Status.exited())
    return {End.Status.exitStatus(), ""};
  return {128 + End.Status.signal(),
          "program '" + GuestName + "' " + End.Status.describe()};
}

} // namespace remoterun::controller
