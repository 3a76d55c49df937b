//===- Conclusion.cpp - The last word -------------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Conclusion.h"
#include "controller/base/PatientWrite.h"
#include "controller/base/Printable.h"
#include "controller/base/SignalDeath.h"
#include "controller/crash/CrashText.h"
#include "controller/process/Children.h"
#include "controller/process/TemporaryFiles.h"
#include "controller/process/Watchdog.h"
#include "controller/result/Outcome.h"
#include "controller/result/ResultFile.h"
#include "controller/result/RunResult.h"
#include "controller/terminal/Terminal.h"
#include "jit/base/CrashGuard.h"

#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace remoterun::conclusion {

using controller::Deadline;
using controller::RunResult;
using controller::TimedOutStatus;

namespace {

/// What signal handlers and the watchdog need to know.
pid_t OwnProcess;
Deadline::Clock::time_point Start;
char TimeoutAsGiven[64];
controller::ResultFile ResultFile;
std::atomic<bool> IsResultWanted = false; ///< And ResultFile is prepared.
std::atomic<const controller::Session *> Session = nullptr;

/// The thread that has the last word; 0 as long as nobody has.
std::atomic<pid_t> Speaker = 0;

/// Whether the last word is this thread's.
bool takeWord() {
  pid_t None = 0;
  return Speaker.compare_exchange_strong(None, ::gettid());
}

/// Where another thread has the last word, it ends the process: waits for that.
void takeWordOrWait() {
  if (takeWord())
    return;
  while (Speaker != ::gettid())
    ::pause();
}

void leaveNothingBehind() {
  controller::endChildren();
  controller::removeTemporaryFiles();
  controller::Terminal::takeBack();
}

/// Completes \p Result and writes it, where that is wanted. 0 or errno. All
/// that follows is async-signal-safe.
int write(RunResult &Result) {
  if (!IsResultWanted)
    return 0;
  Result.Wall = std::chrono::duration_cast<std::chrono::microseconds>(
      Deadline::Clock::now() - Start);
  ::getrusage(RUSAGE_SELF, &Result.Controller);
  if (!Result.Executor)
    Result.Executor = controller::usageOfChild(controller::Child::Executor);
  if (const controller::Session *Link = Session)
    Result.Session = Link->stats();
  int Descriptor = ResultFile.open();
  int Error =
      Descriptor < 0
          ? errno
          : controller::writeResult(Result, REMOTERUN_VERSION, Descriptor);
  return ResultFile.close(Error);
}

/// On the watchdog's thread.
[[noreturn]] void endOfTime() {
  takeWordOrWait();
  const char *Step = jit::crashContext();
  leaveNothingBehind();
  char Line[1024];
  constexpr char Prefix[] = "remote-run: error: ";
  size_t Size = static_cast<size_t>(
      std::snprintf(Line, sizeof(Line), "%sthe time of %s ran out while %s\n",
                    Prefix, TimeoutAsGiven, Step));
  if (Size >= sizeof(Line)) {
    Size = sizeof(Line) - 1;
    Line[Size - 1] = '\n';
  }
  RunResult Result;
  Result.Outcome = RunResult::Kind::TimedOut;
  Result.Status = TimedOutStatus;
  Result.Message = {Line + std::strlen(Prefix), Size - std::strlen(Prefix) - 1};
  Result.Step = Step;
  write(Result);
  controller::writePatiently(STDERR_FILENO, {Line, Size});
  ::_exit(TimedOutStatus);
}

/// When LLVM gives up.
void lastWordsOfLlvm(std::string_view Message) {
  // What a forked child has to say is no verdict.
  if (::getpid() != OwnProcess)
    return;
  takeWordOrWait();
  leaveNothingBehind();
  RunResult Result;
  Result.Outcome = RunResult::Kind::Failed;
  Result.Fault = Blame::Internal;
  Result.Status = Failure().ExitStatus;
  Result.Message = Message;
  write(Result);
}

/// Of signals that end us before the guest runs.
void onInterruption(int Signal) {
  if (::getpid() != OwnProcess)
    controller::dieOf(Signal);
  // Or else the process ends already.
  if (!takeWord())
    return;
  leaveNothingBehind();
  RunResult Result;
  Result.Outcome = RunResult::Kind::Interrupted;
  Result.Status = 128 + Signal;
  Result.Interruption = Signal;
  write(Result);
  controller::dieOf(Signal);
}

/// Signals that do not end a process by default, and those of a crash, which
/// are the crash guard's.
constexpr int NoInterruptions[] = {
    SIGKILL,  SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGCHLD, SIGURG,
    SIGWINCH, SIGSEGV, SIGBUS,  SIGILL,  SIGFPE,  SIGABRT, SIGTRAP};

/// Handlers are not inherited by what is executed; what is ignored shall stay
/// ignored.
void handleInterruptions() {
  for (int Signal = 1; Signal <= SIGRTMAX; ++Signal) {
    struct sigaction Action = {};
    if (llvm::is_contained(NoInterruptions, Signal) ||
        ::sigaction(Signal, nullptr, &Action) != 0 ||
        Action.sa_handler != SIG_DFL)
      continue;
    Action.sa_handler = onInterruption;
    Action.sa_flags = SA_RESTART;
    sigfillset(&Action.sa_mask);
    ::sigaction(Signal, &Action, nullptr);
  }
}

/// The verdict is written: from here on a signal may simply end us, should
/// nobody read what we still have to say.
void stopHandlingInterruptions() {
  for (int Signal = 1; Signal <= SIGRTMAX; ++Signal) {
    struct sigaction Action = {};
    if (::sigaction(Signal, nullptr, &Action) == 0 &&
        Action.sa_handler == onInterruption)
      ::signal(Signal, SIG_DFL);
  }
}

void diagnose(const std::string &Message) {
  if (Message.empty())
    return;
  // In one piece: others may be writing there. Names in it may be anything.
  std::string Text =
      "remote-run: error: " + controller::printableLines(Message) + "\n";
  if (TimeoutAsGiven[0] == '\0')
    std::fwrite(Text.data(), 1, Text.size(), stderr);
  else
    controller::writePatiently(STDERR_FILENO, Text);
}

/// Of main(): writes \p Result and says what is wrong.
void conclude(RunResult &Result, const std::string &Diagnostic) {
  takeWordOrWait();
  Result.Message = Diagnostic;
  int Error = write(Result);
  stopHandlingInterruptions();
  diagnose(Diagnostic);
  if (Error)
    warn("cannot write '" + resultFileGiven() + "': " + strerror(Error));
}

} // namespace

void begin() {
  OwnProcess = ::getpid();
  Start = Deadline::Clock::now();
}

std::optional<controller::TimeLimit> timeLimit(const driver::Limits &Limited) {
  if (!Limited.Timeout)
    return std::nullopt;
  return controller::TimeLimit{Deadline(Start, *Limited.Timeout),
                               Limited.KillAfter};
}

void cleanUpAtAnyEnd() {
  jit::setLastWords(lastWordsOfLlvm);
  handleInterruptions();
}

Expected<void> watchTime(const driver::Limits &Limited) {
  if (!Limited.Timeout)
    return {};
  std::snprintf(TimeoutAsGiven, sizeof(TimeoutAsGiven), "%s",
                Limited.TimeoutAsGiven.c_str());
  cleanUpAtAnyEnd();
  return controller::Watchdog::start(timeLimit(Limited)->End, endOfTime);
}

Expected<void> prepareResult(const std::string &Path, bool MayWait) {
  if (Path.empty() || IsResultWanted)
    return {};
  jit::setCrashContext("opening '" + Path + "'");
  if (int Error = ResultFile.prepare(Path, MayWait))
    return Failure{Blame::Usage, "--result-json: cannot write '" + Path +
                                     "': " + strerror(Error)};
  if (!ResultFile.isReady())
    return {};
  IsResultWanted = true;
  cleanUpAtAnyEnd();
  return {};
}

void note(const controller::Session &Link) { Session = &Link; }

int ofFailure(const Failure &What) {
  // -mcpu=help was no run, and has said it all.
  if (What.ExitStatus == 0)
    return 0;
  RunResult Result;
  Result.Outcome = RunResult::Kind::Failed;
  Result.Fault = What.Whose;
  Result.Status = What.ExitStatus;
  conclude(Result, What.Message);
  return What.ExitStatus;
}

int ofGuest(const RunEnd &Run, const Options &Chosen) {
  const controller::GuestEnd &End = Run.Guest;
  auto Outcome = controller::outcomeOf(End, {Chosen.GuestArguments.front(),
                                             Chosen.Limited.TimeoutAsGiven,
                                             Chosen.Limited.AsGivenBySignal});
  if (Chosen.StartsAgain)
    Outcome.Diagnostic.clear();
  if (Run.Crash && !Outcome.Diagnostic.empty())
    Outcome.Diagnostic += controller::crashText(*Run.Crash);
  RunResult Result;
  Result.Outcome = End.TimedOut          ? RunResult::Kind::TimedOut
                   : End.Status.exited() ? RunResult::Kind::Exited
                                         : RunResult::Kind::Signaled;
  Result.Status = Outcome.ExitStatus;
  Result.Guest = End.Status;
  Result.Executor = End.Usage;
  Result.Late = Run.Late;
  if (End.TimedOut)
    Result.Step = "running the program";
  conclude(Result, Outcome.Diagnostic);
  // One that was sent to us as well ends us, as without a program.
  bool MayExit = Chosen.SignalExitStatus && !End.SignalReachedUs;
  if (Outcome.Signal == 0 || MayExit)
    return Outcome.ExitStatus;
  std::fflush(nullptr);
  controller::dieOf(Outcome.Signal);
}

} // namespace remoterun::conclusion
