//===- PeerProcess.cpp - Who serves an open session -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/launch/PeerProcess.h"
#include "controller/process/ChildEnvironment.h"
#include "wire/ExecutorStart.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace remoterun::controller {

using transport::Descriptor;
using transport::FrameChannel;

namespace {

std::vector<char *> pointers(const std::vector<std::string> &Strings) {
  std::vector<char *> Result;
  for (const std::string &Text : Strings)
    Result.push_back(const_cast<char *>(Text.c_str()));
  Result.push_back(nullptr);
  return Result;
}

/// The ends that the child inherits.
struct Inherited {
  int In, Out, CrashMemory;
};

int spawn(const PeerRequest &Request, Inherited Ours, pid_t &Pid) {
  posix_spawn_file_actions_t Actions;
  posix_spawnattr_t Attributes;
  if (int Error = ::posix_spawn_file_actions_init(&Actions))
    return Error;
  ::posix_spawnattr_init(&Attributes);
  std::vector<std::string> Environment = Request.Environment;
  // A duplicate is not close-on-exec, not even one under the same number.
  auto Inherit = [&](int Number, int As) {
    return ::posix_spawn_file_actions_adddup2(&Actions, Number, As);
  };
  int Error = 0;
  if (Request.OverStandardStreams) {
    Error = Inherit(Ours.In, STDIN_FILENO);
    if (!Error)
      Error = Inherit(Ours.Out, STDOUT_FILENO);
  } else {
    Error = Inherit(Ours.In, Ours.In);
    if (!Error)
      Error = Inherit(Ours.Out, Ours.Out);
    std::string Told = std::string(wire::SessionVariable) + "=" +
                       std::to_string(Ours.In) + "," + std::to_string(Ours.Out);
    if (!Error && Ours.CrashMemory >= 0) {
      Error = Inherit(Ours.CrashMemory, Ours.CrashMemory);
      Told += "," + std::to_string(Ours.CrashMemory);
    }
    Environment.push_back(std::move(Told));
  }
  // It gets the signals of its own life: what the thread that starts it blocks
  // is no business of its.
  sigset_t None;
  sigemptyset(&None);
  ::posix_spawnattr_setsigmask(&Attributes, &None);
  ::posix_spawnattr_setflags(&Attributes, POSIX_SPAWN_SETSIGMASK);
  if (!Error)
    Error = ::posix_spawnp(&Pid, Request.Command.front().c_str(), &Actions,
                           &Attributes, pointers(Request.Command).data(),
                           environmentWith(Environment).data());
  ::posix_spawnattr_destroy(&Attributes);
  ::posix_spawn_file_actions_destroy(&Actions);
  return Error;
}

} // namespace

PeerProcess::PeerProcess(std::string Name, Descriptor In, Descriptor Out,
                         int PatienceMs)
    : Name(std::move(Name)),
      Channel(std::move(In), std::move(Out), FrameChannel::Side::Controller,
              PatienceMs) {}

Expected<PeerProcess> PeerProcess::launch(const PeerRequest &Request) {
  if (Request.Command.empty())
    return Failure{Blame::Usage, "there is no command to start"};
  transport::Pipe Requests, Answers;
  int Error = transport::makePipe(Requests);
  if (!Error)
    Error = transport::makePipe(Answers);
  if (Error)
    return Failure{Blame::Launch,
                   std::string("cannot make a pipe: ") + strerror(Error)};
  Descriptor CrashFile;
  CrashMemory Crash;
  if (!Request.OverStandardStreams)
    Crash = CrashMemory::make(CrashFile);
  pid_t Pid = 0;
  Error = spawn(Request,
                {Requests.Reader.get(), Answers.Writer.get(), CrashFile.get()},
                Pid);
  if (Error)
    return Failure{Blame::Launch, "cannot run '" + Request.Command.front() +
                                      "': " + strerror(Error)};
  PeerProcess Started("executor '" + Request.Command.front() + "'",
                      std::move(Answers.Reader), std::move(Requests.Writer),
                      Request.PatienceMs);
  Started.Crash = std::move(Crash);
  Started.Pid = Pid;
  return Started;
}

Expected<PeerProcess> PeerProcess::attachTo(int In, int Out) {
  Descriptor Answers(In);
  // One descriptor cannot have two owners.
  Descriptor Requests(In == Out ? ::fcntl(In, F_DUPFD_CLOEXEC, 3) : Out);
  if (::fcntl(Answers.get(), F_SETFD, FD_CLOEXEC) != 0 ||
      ::fcntl(Requests.get(), F_SETFD, FD_CLOEXEC) != 0)
    return Failure{Blame::Usage, std::string("no descriptors of a session: ") +
                                     strerror(errno)};
  return PeerProcess("the executor", std::move(Answers), std::move(Requests),
                     PeerRequest().PatienceMs);
}

PeerProcess::PeerProcess(PeerProcess &&Other) noexcept
    : Name(std::move(Other.Name)), Channel(std::move(Other.Channel)),
      Crash(std::move(Other.Crash)), Pid(std::exchange(Other.Pid, 0)),
      Ended(Other.Ended) {}

PeerProcess &PeerProcess::operator=(PeerProcess &&Other) noexcept {
  std::swap(Name, Other.Name);
  std::swap(Channel, Other.Channel);
  std::swap(Crash, Other.Crash);
  std::swap(Pid, Other.Pid);
  std::swap(Ended, Other.Ended);
  return *this;
}

PeerProcess::~PeerProcess() {
  Channel.close();
  constexpr int EndMs = 2000;
  if (Pid != 0 && !waitFor(EndMs))
    kill();
}

void PeerProcess::kill() {
  if (Pid == 0)
    return;
  ::kill(Pid, SIGKILL);
  while (::waitpid(Pid, nullptr, 0) < 0 && errno == EINTR)
    ;
  Pid = 0;
}

std::optional<WaitStatus> PeerProcess::waitFor(int Milliseconds) {
  using Clock = std::chrono::steady_clock;
  auto End = Clock::now() + std::chrono::milliseconds(Milliseconds);
  auto Pause = std::chrono::microseconds(100);
  while (!Ended && Pid != 0) {
    int Raw;
    pid_t Got = ::waitpid(Pid, &Raw, WNOHANG);
    if (Got == Pid) {
      Pid = 0;
      Ended = WaitStatus::fromRaw(Raw);
      break;
    }
    // Somebody else has reaped it, or nobody was to.
    if (Got < 0 && errno == ECHILD) {
      Pid = 0;
      break;
    }
    if (Clock::now() >= End)
      break;
    // No signal of this process's is ours to wait for.
    std::this_thread::sleep_for(Pause);
    Pause = std::min(Pause * 2, std::chrono::microseconds(10000));
  }
  return Ended;
}

} // namespace remoterun::controller
