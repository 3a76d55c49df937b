//===- LauncherStart.cpp - A command that starts the executor -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/launch/LauncherStart.h"
#include "controller/process/Children.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// Makes \p Ours inheritable under \p Number, which may be the same.
bool inherit(int Ours, int Number) {
  if (Ours < 0)
    return true;
  return Ours == Number ? ::fcntl(Ours, F_SETFD, 0) == 0
                        : ::dup2(Ours, Number) == Number;
}

/// In the child: returns only where it fails.
void becomeLauncher(const LauncherStart &Request, const sigset_t &Mask,
                    pid_t Parent) {
  ::prctl(PR_SET_PDEATHSIG, Request.EndSignal, 0, 0, 0);
  // Who has ended before that call kills nobody.
  if (::getppid() != Parent)
    ::_exit(1);
  if ((Request.OwnGroup && ::setpgid(0, 0) != 0) ||
      !inherit(Request.Ours.In, Request.Numbers.In) ||
      !inherit(Request.Ours.Out, Request.Numbers.Out) ||
      !inherit(Request.Ours.CrashMemory, Request.Numbers.CrashMemory))
    return;
  sigprocmask(SIG_SETMASK, &Mask, nullptr);
  ::execvpe(Request.Arguments[0], Request.Arguments, Request.Environment);
}

/// Returns an errno value.
int forkAndExecute(const LauncherStart &Request, const sigset_t &Mask,
                   pid_t &Pid) {
  transport::Pipe Failure; // Closed by a successful exec.
  if (int Error = transport::makePipe(Failure))
    return Error;
  pid_t Parent = ::getpid();
  Pid = ::fork();
  if (Pid < 0)
    return errno;
  if (Pid == 0) {
    becomeLauncher(Request, Mask, Parent);
    int Error = errno;
    [[maybe_unused]] ssize_t Written =
        ::write(Failure.Writer.get(), &Error, sizeof(Error));
    ::_exit(127);
  }
  Failure.Writer = transport::Descriptor();
  int Error = 0;
  ssize_t Size;
  while ((Size = ::read(Failure.Reader.get(), &Error, sizeof(Error))) < 0 &&
         errno == EINTR)
    ;
  if (Size != sizeof(Error))
    return 0;
  while (::waitpid(Pid, nullptr, 0) < 0 && errno == EINTR)
    ;
  return Error;
}

} // namespace

int startLauncher(const LauncherStart &Request, pid_t &Pid) {
  auto Start = [&](const sigset_t &Mask, pid_t &Started) {
    return forkAndExecute(Request, Mask, Started);
  };
  return startChildBy(Child::Executor, Request.OwnGroup, Start, Pid);
}

} // namespace remoterun::controller
