//===- ExecutorProcess.cpp - The executor as our child --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/launch/ExecutorProcess.h"
#include "controller/launch/LauncherStart.h"
#include "controller/process/Children.h"
#include "wire/ExecutorStart.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <span>
#include <spawn.h>
#include <string_view>
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

/// What is executed, as argv.
std::vector<std::string>
commandLine(const LaunchRequest &Request,
            const std::optional<ForwardedStart> &Forwarded) {
  if (Request.Launcher.empty() && !Forwarded)
    return Request.Arguments;
  std::vector<std::string> Words = Request.Launcher;
  if (Forwarded) {
    Words.insert(Words.end(), Forwarded->command().begin(),
                 Forwarded->command().end());
    return Words;
  }
  Words.push_back(Request.ExecutorPath);
  if (!Request.Arguments.empty())
    Words.insert(Words.end(), Request.Arguments.begin() + 1,
                 Request.Arguments.end());
  return Words;
}

bool isFree(int Number) { return ::fcntl(Number, F_GETFD) < 0; }

/// Whether the guest has, or is to have, a variable that the executor could
/// take for the session's.
bool hasVariable(const LaunchRequest &Request) {
  auto IsIt = [](std::string_view Variable) {
    return Variable.substr(0, Variable.find('=')) == wire::SessionVariable;
  };
  return ::getenv(wire::SessionVariable) ||
         std::ranges::any_of(Request.Environment, IsIt);
}

/// How the executor learns of its descriptors (wire/ExecutorStart.h).
struct SessionDescriptors {
  transport::AgreedDescriptors Numbers;
  std::string Variable; ///< "NAME=VALUE", empty if the numbers are the agreed.

  /// \p FindsAgreed: nothing that the executor sees before could mislead it.
  SessionDescriptors(transport::AgreedDescriptors Ours, bool FindsAgreed)
      : Numbers(transport::agreedDescriptors()) {
    bool AreFree = isFree(Numbers.In) && isFree(Numbers.Out) &&
                   isFree(Numbers.CrashMemory);
    if (!AreFree)
      Numbers = Ours;
    // A launcher may change the limit on which the agreed ones depend; or it
    // may clear the environment.
    if (AreFree && FindsAgreed)
      return;
    Variable = std::string(wire::SessionVariable) + "=" +
               std::to_string(Numbers.In) + "," + std::to_string(Numbers.Out);
    if (Ours.CrashMemory >= 0)
      Variable += "," + std::to_string(Numbers.CrashMemory);
  }

  /// Those of \p Changes take the place of ours. Of one name, the last counts.
  /// The session's stands before one of the guest's that has the same name, and
  /// the executor takes the first; a launcher may not, so with \p IsAlone it is
  /// the only one.
  std::vector<char *> environment(const std::vector<std::string> &Changes,
                                  bool IsAlone) {
    std::vector<char *> Result;
    if (!Variable.empty())
      Result.push_back(Variable.data());
    for (char **Entry = environ; *Entry; ++Entry)
      if (!names(Changes, *Entry) &&
          !(IsAlone && names({&Variable, 1}, *Entry)))
        Result.push_back(*Entry);
    for (auto Change = Changes.begin(); Change != Changes.end(); ++Change)
      if (!names({Change + 1, Changes.end()}, *Change))
        Result.push_back(const_cast<char *>(Change->c_str()));
    Result.push_back(nullptr);
    return Result;
  }

private:
  /// Whether one of \p Changes is of the same variable as \p Entry.
  static bool names(std::span<const std::string> Changes,
                    std::string_view Entry) {
    std::string_view Name = Entry.substr(0, Entry.find('='));
    return std::ranges::any_of(Changes, [&](std::string_view Change) {
      return Change.substr(0, Change.find('=')) == Name;
    });
  }
};

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

/// Starts the executor with the descriptors \p Ours inherited under \p Numbers;
/// everything else of ours is close-on-exec. Returns an errno value.
int spawn(const LaunchRequest &Request, char **Arguments, char **Environment,
          transport::AgreedDescriptors Ours,
          transport::AgreedDescriptors Numbers, pid_t &Pid) {
  if (!Request.Launcher.empty() || Request.Forwarded) {
    StackLimitChange Changed(Request.Forwarded ? std::nullopt
                                               : Request.StackLimit);
    return startLauncher(
        {.Arguments = Arguments,
         .Environment = Environment,
         .OwnGroup = Request.OwnGroup,
         .Ours = Ours,
         .Numbers = Numbers,
         .EndSignal = Request.UploadsExecutor ? SIGHUP : SIGKILL},
        Pid);
  }
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

ExecutorProcess::ExecutorProcess(const LaunchRequest &Request, pid_t Pid,
                                 bool SigchldWasIgnored, FrameChannel Channel,
                                 CrashMemory Crash)
    : Path(Request.ExecutorPath),
      LauncherName(Request.Launcher.empty() ? "" : Request.Launcher.front()),
      PatienceMs(Request.PatienceMs), SigchldWasIgnored(SigchldWasIgnored),
      Pid(Pid), Channel(std::move(Channel)), Crash(std::move(Crash)) {}

Expected<ExecutorProcess>
ExecutorProcess::launch(const LaunchRequest &Request) {
  Pipe Requests, Answers;
  int Error = transport::makePipe(Requests);
  if (!Error)
    Error = transport::makePipe(Answers);
  if (Error)
    return Failure{Blame::Launch,
                   std::string("cannot make a pipe: ") + strerror(Error)};
  std::optional<ForwardedStart> Forwarded;
  if (Request.Forwarded) {
    auto Plan = ForwardedStart::plan(Request);
    if (!Plan)
      return Plan.error();
    Forwarded = std::move(*Plan);
  }
  // Through a launcher it is the executor that changes what the guest starts
  // with: the launcher itself is none of the guest's business.
  bool IsOurs = Request.Launcher.empty() && !Forwarded;

  bool SigchldWasIgnored = stopIgnoringSigchld();
  // Without it, a crash is told by its signal alone.
  transport::Descriptor CrashFile;
  CrashMemory Crash = Request.WantsCrashReport && !Forwarded
                          ? CrashMemory::make(CrashFile)
                          : CrashMemory();
  transport::AgreedDescriptors Ours = {Requests.Reader.get(),
                                       Answers.Writer.get(), CrashFile.get()};
  bool FindsAgreed = (Request.Launcher.empty() || Request.IsTransparent) &&
                     !hasVariable(Request);
  SessionDescriptors Told(Ours, FindsAgreed);
  if (Forwarded) {
    Told.Variable.clear();
    Told.Numbers = {STDIN_FILENO, STDOUT_FILENO, -1};
  }
  const char *Withheld = IsOurs || Request.IsTransparent || Forwarded
                             ? nullptr
                             : ::getenv(wire::SessionVariable);
  const std::vector<std::string> NoChanges;
  std::vector<char *> Environment = Told.environment(
      IsOurs ? Request.Environment : NoChanges, Withheld != nullptr);
  const std::vector<std::string> Words = commandLine(Request, Forwarded);
  std::vector<char *> Arguments = pointers(Words);
  pid_t Pid;
  if (int Failed = spawn(Request, Arguments.data(), Environment.data(), Ours,
                         Told.Numbers, Pid))
    return launchFailure(Request, Failed);
  if (Forwarded)
    endByHangup(Child::Executor, Requests.Writer.get());
  ExecutorProcess Started(
      Request, Pid, SigchldWasIgnored,
      FrameChannel(std::move(Answers.Reader), std::move(Requests.Writer),
                   FrameChannel::Side::Controller, Request.PatienceMs),
      std::move(Crash));
  if (Withheld)
    Started.Withheld = std::string(wire::SessionVariable) + "=" + Withheld;
  if (Forwarded) {
    // For a password: what asks for one reads the terminal itself, which is for
    // its foreground group alone.
    Started.Lent = LentTerminal::lendTo(Pid);
    Forwarded->begin(Started.Channel);
    Started.Forwarded = std::move(Forwarded);
  }
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
      Crash(std::move(Other.Crash)), Withheld(std::move(Other.Withheld)),
      Forwarded(std::move(Other.Forwarded)), Lent(std::move(Other.Lent)) {}

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
