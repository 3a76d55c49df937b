//===- main.cpp - remote-run ----------------------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Conclusion.h"
#include "Options.h"
#include "Run.h"
#include "controller/base/Printable.h"
#include "jit/base/CrashGuard.h"

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace remoterun {

/// A program that started itself again has been warned of.
static bool IsSilent = false;

void warn(const std::string &Message) {
  if (IsSilent)
    return;
  std::fprintf(stderr, "remote-run: warning: %s\n",
               controller::printableLines(Message).c_str());
}

static int runCommandLine(int Count, char **Values) {
  conclusion::begin();
  jit::installFatalErrorHandler("remote-run", /*ExitStatus=*/125);
  auto Given = parseOptions(Count, Values);
  IsSilent = Given && Given->StartsAgain;
  if (auto Ready = conclusion::prepareResult(resultFileGiven(),
                                             /*MayWait=*/false);
      !Ready)
    return conclusion::ofFailure(Ready.error());
  if (Given)
    if (auto Watched = conclusion::watchTime(Given->Limited); !Watched)
      return conclusion::ofFailure(Watched.error());
  // The first thing that may wait is a FIFO for the result.
  if (auto Ready = conclusion::prepareResult(resultFileGiven(),
                                             /*MayWait=*/true);
      !Ready)
    return conclusion::ofFailure(Ready.error());
  if (!Given)
    return conclusion::ofFailure(Given.error());
  if (!Given->Compile.CacheDirectory.empty() || Given->Compile.UseObjectCache)
    conclusion::cleanUpAtAnyEnd();
  auto End = run(*Given);
  return End ? conclusion::ofGuest(*End, *Given)
             : conclusion::ofFailure(End.error());
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
