//===- Startup.cpp - How the executor is told of its session --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/Startup.h"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// The value of \p Variable ("NAME=VALUE") if it is the session's.
const char *sessionValue(const char *Variable) {
  constexpr size_t NameLength = sizeof(SessionVariable) - 1;
  if (std::strncmp(Variable, SessionVariable, NameLength) != 0 ||
      Variable[NameLength] != '=')
    return nullptr;
  return Variable + NameLength + 1;
}

bool takeNumber(const char *&Text, int &Number) {
  char *End;
  long Value = std::strtol(Text, &End, 10);
  if (End == Text || Value < 0 || Value > 1 << 30)
    return false;
  Text = End;
  Number = static_cast<int>(Value);
  return true;
}

/// Close-on-exec; empty if it is not open.
std::optional<transport::Descriptor> adopt(int Number) {
  if (::fcntl(Number, F_SETFD, FD_CLOEXEC) != 0)
    return std::nullopt;
  return transport::Descriptor(Number);
}

std::optional<Startup> parse(const char *Value) {
  int In, Out, CrashMemory = -1;
  if (!takeNumber(Value, In) || *Value++ != ',' || !takeNumber(Value, Out))
    return std::nullopt;
  if (*Value == ',' && !takeNumber(++Value, CrashMemory))
    return std::nullopt;
  // All are there before any is ours.
  for (int Number : {In, Out, CrashMemory})
    if (Number >= 0 && ::fcntl(Number, F_GETFD) < 0)
      return std::nullopt;
  if (*Value != '\0')
    return std::nullopt;
  Startup Found{*adopt(In), *adopt(Out), {}};
  if (CrashMemory >= 0)
    Found.CrashMemory = *adopt(CrashMemory);
  return Found;
}

/// Whether \p Number is the end of a pipe that is open for \p Access, or a
/// socket, which a launcher may have in place of one.
bool isPipe(int Number, int Access) {
  struct stat Status;
  if (::fstat(Number, &Status) != 0)
    return false;
  return S_ISSOCK(Status.st_mode) ||
         (S_ISFIFO(Status.st_mode) &&
          (::fcntl(Number, F_GETFL) & O_ACCMODE) == Access);
}

/// Whether \p Number is a file of memfd_create(2): no other has seals. A
/// launcher may have put something of its own there.
bool isMemory(int Number) { return ::fcntl(Number, F_GET_SEALS) >= 0; }

std::optional<Startup> findAgreed() {
  transport::AgreedDescriptors Agreed = transport::agreedDescriptors();
  if (!isPipe(Agreed.In, O_RDONLY) || !isPipe(Agreed.Out, O_WRONLY))
    return std::nullopt;
  Startup Found{*adopt(Agreed.In), *adopt(Agreed.Out), {}};
  if (isMemory(Agreed.CrashMemory))
    Found.CrashMemory = *adopt(Agreed.CrashMemory);
  return Found;
}

} // namespace

std::optional<Startup> takeStartup(ProcessArguments &Process) {
  char **Environment = Process.Environment;
  for (size_t Index = 0; Environment[Index]; ++Index) {
    const char *Value = sessionValue(Environment[Index]);
    std::optional<Startup> Parsed = Value ? parse(Value) : std::nullopt;
    // One that makes no sense is the guest's own.
    if (!Parsed)
      continue;
    // The vector is closed up towards its end: the null after it, and the
    // auxiliary vector that some programs look for behind that, stay in place.
    char *Variable = Environment[Index];
    std::memset(Variable, 0, std::strlen(Variable));
    std::memmove(Environment + 1, Environment, Index * sizeof(char *));
    Process.Environment = environ = Environment + 1;
    return Parsed;
  }
  return findAgreed();
}

} // namespace remoterun::executor
