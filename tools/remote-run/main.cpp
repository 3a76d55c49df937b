//===- main.cpp - remote-run ----------------------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CrashGuard.h"
#include "Options.h"
#include "Run.h"
#include "controller/Outcome.h"

#include <cstdio>
#include <unistd.h>

namespace remoterun {

void warn(const std::string &Message) {
  std::fprintf(stderr, "remote-run: warning: %s\n", Message.c_str());
}

static void diagnose(const std::string &Message) {
  std::fprintf(stderr, "remote-run: error: %s\n", Message.c_str());
}

static int runCommandLine(int Count, char **Values) {
  installFatalErrorHandler();
  auto Chosen = parseOptions(Count, Values);
  if (!Chosen) {
    diagnose(Chosen.error().Message);
    return Chosen.error().ExitStatus;
  }
  auto End = run(*Chosen);
  if (!End) {
    diagnose(End.error().Message);
    return End.error().ExitStatus;
  }
  // The shell reports this one: it sent the signal to us as well.
  if (End->SignalReachedUs)
    controller::dieOf(End->Status.signal());
  auto Outcome = controller::outcomeOf(*End, Chosen->GuestArguments.front());
  if (!Outcome.Diagnostic.empty())
    diagnose(Outcome.Diagnostic);
  return Outcome.ExitStatus;
}

} // namespace remoterun

int main(int Count, char **Values) {
  int Status = remoterun::runCommandLine(Count, Values);
  std::fflush(nullptr);
  // Without LLVM's static destructors: nothing of ours needs them, and they
  // take longer than a small program runs.
  ::_exit(Status);
}
