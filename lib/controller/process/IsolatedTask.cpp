//===- IsolatedTask.cpp - Work that may fail in any way -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/process/IsolatedTask.h"
#include "transport/Descriptor.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

bool writeAll(int File, std::span<const uint8_t> Bytes) {
  while (!Bytes.empty()) {
    ssize_t Written = ::write(File, Bytes.data(), Bytes.size());
    if (Written < 0 && errno == EINTR)
      continue;
    if (Written <= 0)
      return false;
    Bytes = Bytes.subspan(static_cast<size_t>(Written));
  }
  return true;
}

/// What comes until the end of \p File; false if that is too late or too much.
bool readAll(int File, const IsolatedTask &Task, ByteBuffer &Bytes) {
  using Clock = std::chrono::steady_clock;
  auto Deadline = Clock::now() + std::chrono::milliseconds(Task.PatienceMs);
  for (;;) {
    auto Left = std::chrono::duration_cast<std::chrono::milliseconds>(
        Deadline - Clock::now());
    pollfd Waiting = {File, POLLIN, 0};
    int Ready =
        ::poll(&Waiting, 1, static_cast<int>(std::max<long>(Left.count(), 0)));
    if (Ready < 0 && errno == EINTR)
      continue;
    if (Ready <= 0 || Bytes.size() > Task.LongestResult)
      return false;
    uint8_t Chunk[16 * 1024];
    ssize_t Size = ::read(File, Chunk, sizeof(Chunk));
    if (Size < 0 && errno == EINTR)
      continue;
    if (Size <= 0)
      return Size == 0;
    Bytes.append(Chunk, static_cast<size_t>(Size));
  }
}

constexpr int Done = 0, Failed = 1;

[[noreturn]] void runInChild(const IsolatedTask &Task, pid_t Parent, int Out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != Parent)
    ::_exit(Failed);
  rlimit NoCore = {0, 0};
  ::setrlimit(RLIMIT_CORE, &NoCore);
  if (int Nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC); Nowhere >= 0)
    for (int Stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      ::dup2(Nowhere, Stream);
  ByteBuffer Bytes;
  Task.Work(Bytes);
  ::_exit(writeAll(Out, Bytes.span()) ? Done : Failed);
}

} // namespace

std::optional<ByteBuffer> runIsolated(const IsolatedTask &Task) {
  transport::Pipe Result;
  if (transport::makePipe(Result) != 0)
    return std::nullopt;
  pid_t Parent = ::getpid();
  pid_t Child = ::fork();
  if (Child < 0)
    return std::nullopt;
  if (Child == 0)
    runInChild(Task, Parent, Result.Writer.get());
  Result.Writer.close();
  ByteBuffer Bytes;
  bool IsWhole = readAll(Result.Reader.get(), Task, Bytes);
  if (!IsWhole)
    ::kill(Child, SIGKILL);
  int Raw = -1;
  pid_t Reaped;
  while ((Reaped = ::waitpid(Child, &Raw, 0)) < 0 && errno == EINTR)
    ;
  // Where SIGCHLD is ignored, there is no status to be had.
  bool HasFailed =
      Reaped == Child && !(WIFEXITED(Raw) && WEXITSTATUS(Raw) == Done);
  if (!IsWhole || HasFailed || Bytes.empty())
    return std::nullopt;
  return Bytes;
}

} // namespace remoterun::controller
