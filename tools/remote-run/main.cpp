//===- main.cpp - remote-run ----------------------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "Run.h"
#include "controller/CrashText.h"
#include "controller/Outcome.h"
#include "jit/CrashGuard.h"

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace remoterun {

void warn(const std::string &Message) {
  std::fprintf(stderr, "remote-run: warning: %s\n", Message.c_str());
}

static void diagnose(const std::string &Message) {
  if (Message.empty())
    return;
  // In one piece: others may be writing there.
  std::string Text = "remote-run: error: " + Message + "\n";
  std::fwrite(Text.data(), 1, Text.size(), stderr);
}

static int runCommandLine(int Count, char **Values) {
  jit::installFatalErrorHandler("remote-run", /*ExitStatus=*/125);
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
  const controller::GuestEnd &Guest = End->Guest;
  if (Guest.SignalReachedUs)
    controller::dieOf(Guest.Status.signal());
  auto Outcome = controller::outcomeOf(Guest, Chosen->GuestArguments.front());
  if (End->Crash)
    Outcome.Diagnostic += controller::crashText(*End->Crash);
  diagnose(Outcome.Diagnostic);
  return Outcome.ExitStatus;
}

} // namespace remoterun

/// Fills closed standard streams with what fails to be read or written as they
/// would, so that no file of ours comes to stand there. The guest finds them
/// closed: these are, on exec.
static void occupyStandardStreams() {
  for (int Stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(Stream, F_GETFD) >= 0)
      continue;
    int Mode = Stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    // The lowest free number is this one.
    [[maybe_unused]] int Opened = ::open("/dev/null", Mode | O_CLOEXEC);
  }
}

int main(int Count, char **Values) {
  occupyStandardStreams();
  int Status = remoterun::runCommandLine(Count, Values);
  std::fflush(nullptr);
  // Without LLVM's static destructors: nothing of ours needs them, and they
  // take longer than a small program runs.
  ::_exit(Status);
}
