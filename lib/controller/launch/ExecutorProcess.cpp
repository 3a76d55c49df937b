//===- ExecutorProcess.cpp - The executor as our child --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/launch/ExecutorProcess.h"
#include "controller/launch/LauncherStart.h"
#include "controller/launch/SessionDescriptors.h"
#include "controller/process/ChildEnvironment.h"
#include "controller/process/Children.h"
#include "wire/ExecutorStart.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <spawn.h>
#include <unistd.h>

namespace remoterun::controller {

using transport::FrameChannel;
using transport::Pipe;

namespace {

/// Ignored SIGCHLD means that the kernel throws wait statuses away. Returns
/// whether it was ignored.
bool stopIgnoringSigchld() {
  struct sigaction Action;
  if (::sigaction(SIGCHLD, nullptr, &Action) != 0 ||
      Action.sa_handler != SIG_IGN)
    return false;
  ::signal(SIGCHLD, SIG_DFL);
  return true;
}

std::vector<char *> pointers(const std::vector<std::string> &Strings) {
  std::vector<char *> Result;
  for (const std::string &Text : Strings)
    Result.push_back(const_cast<char *>(Text.c_str()));
  Result.push_back(nullptr);
  return Result;
}

Failure launchFailure(const LaunchRequest &Request, int Error) {
  bool IsLauncher = !Request.Launcher.empty();
  std::string Message =
      (IsLauncher ? "cannot run launcher '" + Request.Launcher.front()
                  : "cannot run executor '" + Request.ExecutorPath) +
      "': " + strerror(Error);
  if (Error == ENOENT && !IsLauncher)
    Message += "; name the remote-stub binary with --stub=FILE";
  return {Blame::Launch, std::move(Message), Error == ENOENT ? 127 : 126};
}

/// While it lives, this process has another soft limit on its stack, for a
/// child to inherit.
class StackLimitChange {
public:
  explicit StackLimitChange(std::optional<rlim_t> Wanted) {
    if (!Wanted || ::getrlimit(RLIMIT_STACK, &Before) != 0)
      return;
    // What is mapped already stays; what posix_spawn needs shall be.
    volatile char Touched[64 * 1024];
    for (size_t I = 0; I < sizeof(Touched); I += 1024)
      Touched[I] = 0;
    rlimit Changed = {std::min(*Wanted, Before.rlim_max), Before.rlim_max};
    IsChanged = ::setrlimit(RLIMIT_STACK, &Changed) == 0;
  }
  ~StackLimitChange() {
    if (IsChanged)
      ::setrlimit(RLIMIT_STACK, &Before);
  }
  StackLimitChange(const StackLimitChange &) = delete;
  StackLimitChange &operator=(const StackLimitChange &) = delete;

private:
  rlimit Before = {};
  bool IsChanged = false;
};

/// Starts the executor's file with the descriptors \p Ours inherited under
/// \p Numbers; everything else of ours is close-on-exec. 0 or errno.
int spawn(const LaunchRequest &Request, char **Arguments, char **Environment,
          transport::AgreedDescriptors Ours,
          transport::AgreedDescriptors Numbers, pid_t &Pid) {
  posix_spawn_file_actions_t Actions;
  if (int Error = ::posix_spawn_file_actions_init(&Actions))
    return Error;
  // A duplicate is not close-on-exec, not even one under the same number.
  int Error = ::posix_spawn_file_actions_adddup2(&Actions, Ours.In, Numbers.In);
  if (!Error)
    Error = ::posix_spawn_file_actions_adddup2(&Actions, Ours.Out, Numbers.Out);
  if (!Error && Ours.CrashMemory >= 0)
    Error = ::posix_spawn_file_actions_adddup2(&Actions, Ours.CrashMemory,
                                               Numbers.CrashMemory);
  if (!Error) {
    StackLimitChange Changed(Request.StackLimit);
    Error = startChild(Child::Executor, Request.ExecutorPath.c_str(), Actions,
                       Request.OwnGroup, Arguments, Environment, Pid);
  }
  ::posix_spawn_file_actions_destroy(&Actions);
  return Error;
}

} // namespace

/// Of the pipes and the memory that the two processes share: our ends, and
/// those that the executor inherits. What is left of them when it has been
/// started is closed.
struct ExecutorProcess::Ends {
  Pipe Requests, Answers;
  transport::Descriptor CrashFile;
  CrashMemory Crash;

  static Expected<Ends> make(const LaunchRequest &Request);

  transport::AgreedDescriptors executors() const {
    return {Requests.Reader.get(), Answers.Writer.get(), CrashFile.get()};
  }
};

Expected<ExecutorProcess::Ends>
ExecutorProcess::Ends::make(const LaunchRequest &Request) {
  Ends Made;
  int Error = transport::makePipe(Made.Requests);
  if (!Error)
    Error = transport::makePipe(Made.Answers);
  if (Error)
    return Failure{Blame::Launch,
                   std::string("cannot make a pipe: ") + strerror(Error)};
  // Without it, a crash is told by its signal alone. A supervisor has its own.
  if (Request.WantsCrashReport && !Request.Forwarded)
    Made.Crash = CrashMemory::make(Made.CrashFile);
  return Made;
}

ExecutorProcess::ExecutorProcess(const LaunchRequest &Request, pid_t Pid,
                                 Ends &Made)
    : Path(Request.ExecutorPath),
      LauncherName(Request.Launcher.empty() ? "" : Request.Launcher.front()),
      PatienceMs(Request.PatienceMs), Pid(Pid),
      Channel(std::move(Made.Answers.Reader), std::move(Made.Requests.Writer),
              FrameChannel::Side::Controller, Request.PatienceMs),
      Crash(std::move(Made.Crash)) {}

Expected<ExecutorProcess>
ExecutorProcess::launch(const LaunchRequest &Request) {
  auto Made = Ends::make(Request);
  if (!Made)
    return Made.error();
  bool SigchldWasIgnored = stopIgnoringSigchld();
  auto Started = Request.Forwarded          ? launchForwarded(Request, *Made)
                 : Request.Launcher.empty() ? launchDirectly(Request, *Made)
                                            : launchThrough(Request, *Made);
  if (Started)
    Started->SigchldWasIgnored = SigchldWasIgnored;
  return Started;
}

/// With the guest's arguments and environment.
Expected<ExecutorProcess>
ExecutorProcess::launchDirectly(const LaunchRequest &Request, Ends &Made) {
  SessionDescriptors Told(Request, Made.executors(), /*KeepsAgreed=*/true);
  std::vector<char *> Arguments = pointers(Request.Arguments);
  std::vector<char *> Environment = Told.environment(Request.Environment);
  pid_t Pid;
  if (int Error = spawn(Request, Arguments.data(), Environment.data(),
                        Made.executors(), Told.numbers(), Pid))
    return launchFailure(Request, Error);
  return ExecutorProcess(Request, Pid, Made);
}

/// Through a launcher it is the executor that changes what the guest starts
/// with: the launcher itself is none of the guest's business.
Expected<ExecutorProcess>
ExecutorProcess::launchThrough(const LaunchRequest &Request, Ends &Made) {
  // A launcher may change the limit on which the agreed numbers depend; or it
  // may clear the environment.
  SessionDescriptors Told(Request, Made.executors(), Request.IsTransparent);
  std::vector<char *> Environment =
      Told.environment(Request.LauncherEnvironment);
  std::vector<std::string> Words = Request.Launcher;
  Words.push_back(Request.ExecutorPath);
  if (!Request.Arguments.empty())
    Words.insert(Words.end(), Request.Arguments.begin() + 1,
                 Request.Arguments.end());
  StackLimitChange Changed(Request.StackLimit);
  pid_t Pid;
  if (int Error = startLauncher({.Arguments = pointers(Words).data(),
                                 .Environment = Environment.data(),
                                 .OwnGroup = Request.OwnGroup,
                                 .Ours = Made.executors(),
                                 .Numbers = Told.numbers()},
                                Pid))
    return launchFailure(Request, Error);
  return ExecutorProcess(Request, Pid, Made);
}

/// The supervisor is told the guest's arguments and environment; the session
/// goes over the launcher's standard streams.
Expected<ExecutorProcess>
ExecutorProcess::launchForwarded(const LaunchRequest &Request, Ends &Made) {
  auto Start = ForwardedStart::plan(Request);
  if (!Start)
    return Start.error();
  std::vector<std::string> Words = Request.Launcher;
  Words.insert(Words.end(), Start->command().begin(), Start->command().end());
  std::vector<char *> Environment =
      environmentWith(Request.LauncherEnvironment);
  pid_t Pid;
  if (int Error = startLauncher(
          {.Arguments = pointers(Words).data(),
           .Environment = Environment.data(),
           .OwnGroup = Request.OwnGroup,
           .Ours = Made.executors(),
           .Numbers = {STDIN_FILENO, STDOUT_FILENO, -1},
           .EndSignal = Request.UploadsExecutor ? SIGHUP : SIGKILL},
          Pid))
    return launchFailure(Request, Error);
  endByHangup(Child::Executor, Made.Requests.Writer.get());
  ExecutorProcess Started(Request, Pid, Made);
  // For a password: what asks for one reads the terminal itself, which is for
  // its foreground group alone.
  Started.Lent = LentTerminal::lendTo(Pid);
  Start->begin(Started.Channel);
  Started.Forwarded = std::move(*Start);
  return Started;
}

Expected<void> ExecutorProcess::completeLaunch() {
  if (!Forwarded)
    return {};
  auto Done = Forwarded->finish(Channel, PatienceMs);
  if (Done)
    return Done;
  Failure Why = Done.error();
  constexpr int EndAfterHangupMs = 1000;
  if (Why.Message.starts_with(StubUpload::HungUp))
    if (auto Ended = waitFor(EndAfterHangupMs))
      Why.Message.replace(0, sizeof(StubUpload::HungUp) - 1,
                          "launcher '" + LauncherName + "' " +
                              Ended->describe());
  return Why;
}

std::string ExecutorProcess::describe() const {
  std::string Text = "executor '" + Path + "'";
  if (!LauncherName.empty())
    Text += " through launcher '" + LauncherName + "'";
  return Text;
}

ExecutorProcess::ExecutorProcess(ExecutorProcess &&Other) noexcept
    : Path(std::move(Other.Path)), LauncherName(std::move(Other.LauncherName)),
      PatienceMs(Other.PatienceMs), SigchldWasIgnored(Other.SigchldWasIgnored),
      Pid(std::exchange(Other.Pid, -1)), Channel(std::move(Other.Channel)),
      Crash(std::move(Other.Crash)), Forwarded(std::move(Other.Forwarded)),
      Lent(std::move(Other.Lent)) {}

ExecutorProcess::~ExecutorProcess() {
  if (Pid <= 0)
    return;
  endChildren();
}

std::optional<WaitStatus> ExecutorProcess::waitFor(int Milliseconds) {
  if (Pid <= 0)
    return std::nullopt;
  using Clock = std::chrono::steady_clock;
  auto End = Clock::now() + std::chrono::milliseconds(Milliseconds);
  sigset_t Sigchld, Before;
  sigemptyset(&Sigchld);
  sigaddset(&Sigchld, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &Sigchld, &Before);
  std::optional<WaitStatus> Ended;
  for (;;) {
    int Raw;
    Reaping Reaped = reapChild(Child::Executor, /*Wait=*/false, Raw);
    if (Reaped == Reaping::Done) {
      Pid = -1;
      Ended = WaitStatus::fromRaw(Raw);
      // Its end may be ours, by the same key.
      if (Lent)
        Lent->noteEnd();
      break;
    }
    auto Left =
        std::chrono::duration_cast<std::chrono::nanoseconds>(End - Clock::now())
            .count();
    if (Left <= 0 || Reaped == Reaping::Failed)
      break;
    timespec Timeout = {static_cast<time_t>(Left / 1000000000),
                        static_cast<long>(Left % 1000000000)};
    ::sigtimedwait(&Sigchld, nullptr, &Timeout);
  }
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  return Ended;
}

} // namespace remoterun::controller
