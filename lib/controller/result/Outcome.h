//===- Outcome.h - How a run ended, as the shell sees it --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one table of exit statuses; --help and the README print it. What a shell
// calls 128+N is no exit status, but a death by signal N.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_RESULT_OUTCOME_H
#define REMOTERUN_CONTROLLER_RESULT_OUTCOME_H

#include "controller/guest/Supervision.h"

#include <map>
#include <string>

namespace remoterun::controller {

inline constexpr char ExitStatusTable[] =
    "  n      the program returned n from main or called exit(n)\n"
    "  124    the time of --timeout ran out; a diagnostic says in which step\n"
    "  128+N  in a shell: the program died of signal N, and so did\n"
    "         remote-run; a diagnostic names it\n"
    "  125    remote-run failed (bad IR, missing symbol, protocol, ...);\n"
    "         a diagnostic says why\n"
    "  126    the executor binary cannot be executed\n"
    "  127    the executor binary was not found\n";

/// How to end for a guest that ended, and the diagnostic that goes with it,
/// empty for none.
struct Outcome {
  int ExitStatus = 0; ///< As a shell has it: 128 + Signal, if there is one.
  int Signal = 0;     ///< To die of (SignalDeath.h); 0 to exit.
  std::string Diagnostic;
};

inline constexpr int TimedOutStatus = 124;

/// What the diagnostic calls things.
struct OutcomeNames {
  std::string Guest;
  std::string Timeout; ///< The option with its value, if it was given.
  /// For a signal that a limit leads to: the option and its value.
  std::map<int, std::string> Limits = {};
};

Outcome outcomeOf(const GuestEnd &End, const OutcomeNames &Names);

} // namespace remoterun::controller

#endif
