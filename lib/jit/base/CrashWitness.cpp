//===- CrashWitness.cpp - A copy of the process that may crash ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/CrashWitness.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <initializer_list>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::jit {

namespace {

constexpr long PatienceMs = 10000;

long nowMs() {
  timespec Now;
  ::clock_gettime(CLOCK_MONOTONIC, &Now);
  return Now.tv_sec * 1000 + Now.tv_nsec / 1000000;
}

/// What comes until the end of \p In, or of the time.
size_t readAll(int In, char *Buffer, size_t Size) {
  long End = nowMs() + PatienceMs;
  size_t Length = 0;
  for (;;) {
    pollfd Waiting = {In, POLLIN, 0};
    long Left = End - nowMs();
    int Ready = Left > 0 ? ::poll(&Waiting, 1, static_cast<int>(Left)) : 0;
    if (Ready < 0 && errno == EINTR)
      continue;
    if (Ready <= 0)
      return Length;
    char Surplus[256];
    bool IsFull = Length == Size;
    ssize_t Got = IsFull ? ::read(In, Surplus, sizeof(Surplus))
                         : ::read(In, Buffer + Length, Size - Length);
    if (Got < 0 && errno == EINTR)
      continue;
    if (Got <= 0)
      return Length;
    if (!IsFull)
      Length += static_cast<size_t>(Got);
  }
}

[[noreturn]] void runInCopy(void (*Work)(int), int Out, pid_t Parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != Parent)
    ::_exit(1);
  for (int Signal = 1; Signal <= SIGRTMAX; ++Signal)
    ::signal(Signal, SIG_DFL);
  rlimit NoCore = {0, 0};
  ::setrlimit(RLIMIT_CORE, &NoCore);
  // What it prints would be taken for the program's.
  if (int Nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC); Nowhere >= 0)
    for (int Stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      ::dup2(Nowhere, Stream);
  Work(Out);
  ::_exit(0);
}

} // namespace

size_t hearWitness(void (*Work)(int), char *Buffer, size_t Size) {
  int Pipe[2];
  if (::pipe2(Pipe, O_CLOEXEC) != 0)
    return 0;
  pid_t Parent = ::getpid();
  // Without the handlers of fork(3), which take locks that another thread, or
  // the one that crashed, may hold.
  pid_t Copy = ::_Fork();
  if (Copy == 0)
    runInCopy(Work, Pipe[1], Parent);
  ::close(Pipe[1]);
  size_t Length = Copy < 0 ? 0 : readAll(Pipe[0], Buffer, Size);
  ::close(Pipe[0]);
  if (Copy > 0) {
    ::kill(Copy, SIGKILL);
    while (::waitpid(Copy, nullptr, 0) < 0 && errno == EINTR)
      ;
  }
  return Length;
}

} // namespace remoterun::jit
