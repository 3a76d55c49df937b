//===- ExecutorChild.cpp - The executor as a supervisor's child -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/supervisor/ExecutorChild.h"
#include "executor/base/ProcessArguments.h"
#include "executor/session/Executor.h"
#include "wire/ExecutorStart.h"
#include "wire/Messages.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace remoterun::executor {

using transport::Descriptor;
using transport::FrameChannel;

namespace {

void placeStream(const Descriptor &From, int Number) {
  if (From.isOpen())
    ::dup2(From.get(), Number);
  else
    ::close(Number);
}

/// What the guest's process starts with, for it and for all it executes.
/// Returns its arguments.
ProcessArguments prepareProcess(const ChildPlan &Plan) {
  ::setpgid(0, 0);
  ::sigaction(SIGCHLD, &Plan.Signals.OfChildren, nullptr);
  ::sigprocmask(SIG_SETMASK, &Plan.Signals.Mask, nullptr);
  placeStream(Plan.Input, STDIN_FILENO);
  placeStream(Plan.Output, STDOUT_FILENO);
  if (Plan.Request.ErrorIsOutput && Plan.Output.isOpen())
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
  else
    placeStream(Plan.Error, STDERR_FILENO);
  rlimit Stack;
  if (Plan.Request.StackLimit != UINT64_MAX &&
      ::getrlimit(RLIMIT_STACK, &Stack) == 0) {
    Stack.rlim_cur =
        std::min(static_cast<rlim_t>(Plan.Request.StackLimit), Stack.rlim_max);
    ::setrlimit(RLIMIT_STACK, &Stack);
  }
  for (std::string_view Variable : Plan.Request.Environment)
    ::putenv(copyText(Variable));
  return {static_cast<int>(Plan.Request.Arguments.size()),
          copyVector(Plan.Request.Arguments), environ, Plan.Auxiliary};
}

/// The executor, started as in the direct manner: by its file, so that it has
/// the guest's arguments by nature. Returns where that cannot be.
void execute(const ChildPlan &Plan, const ProcessArguments &Process) {
  if (!Plan.Request.Executes || !Plan.Executable.isOpen())
    return;
  transport::AgreedDescriptors Agreed = transport::agreedDescriptors();
  for (int Number : {Agreed.In, Agreed.Out, Agreed.CrashMemory})
    if (::fcntl(Number, F_GETFD) >= 0)
      return;
  ::dup2(Plan.Requests.get(), Agreed.In);
  ::dup2(Plan.Answers.get(), Agreed.Out);
  if (Plan.CrashFile.isOpen())
    ::dup2(Plan.CrashFile.get(), Agreed.CrashMemory);
  List<char *> Environment;
  char ForBlocks[sizeof(wire::BlocksVariable) + PATH_MAX + 16];
  if (Plan.BlockFolder) {
    std::snprintf(ForBlocks, sizeof(ForBlocks), "%s=%ld:%s",
                  wire::BlocksVariable, static_cast<long>(::getpid()),
                  Plan.BlockFolder);
    Environment.push(ForBlocks);
  }
  for (char **Next = Process.Environment; *Next; ++Next)
    Environment.push(*Next);
  Environment.push(nullptr);
  ::fexecve(Plan.Executable.get(), Process.Values, Environment.data());
  for (int Number : {Agreed.In, Agreed.Out, Agreed.CrashMemory})
    ::close(Number);
}

} // namespace

void giveUp(FrameChannel &Controller, const Failure &Reason) {
  (void)!Controller.send(wire::Failed{Reason.Reason});
  ::_exit(SessionFailedStatus);
}

void becomeExecutor(ChildPlan Plan) {
  ProcessArguments Process = prepareProcess(Plan);
  if (!Plan.Request.Directory.empty()) {
    const char *Directory = copyText(Plan.Request.Directory);
    if (::chdir(Directory) != 0) {
      FrameChannel Answers({}, std::move(Plan.Answers),
                           FrameChannel::Side::Executor, /*PatienceMs=*/-1);
      giveUp(Answers, failure("cannot change to directory '%s' of --chdir: %s",
                              Directory, std::strerror(errno)));
    }
  }
  execute(Plan, Process);
  // An emulator, or a system without /proc: this process is as good.
  Plan.Input.close();
  Plan.Output.close();
  Plan.Error.close();
  Plan.Executable.close();
  serve({std::move(Plan.Requests),
         std::move(Plan.Answers),
         std::move(Plan.CrashFile),
         {},
         Plan.BlockFolder},
        Process);
  ::_exit(SessionFailedStatus);
}

} // namespace remoterun::executor
