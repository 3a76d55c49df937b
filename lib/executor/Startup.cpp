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

bool setCloseOnExec(int Number) {
  return ::fcntl(Number, F_SETFD, FD_CLOEXEC) == 0;
}

std::optional<Startup> adopt(int In, int Out) {
  if (!setCloseOnExec(In) || !setCloseOnExec(Out))
    return std::nullopt;
  return Startup{transport::Descriptor(In), transport::Descriptor(Out)};
}

std::optional<Startup> parse(const char *Value) {
  int In, Out;
  if (!takeNumber(Value, In) || *Value++ != ',' || !takeNumber(Value, Out))
    return std::nullopt;
  if (*Value != '\0')
    return std::nullopt;
  return adopt(In, Out);
}

/// Whether \p Number is the end of a pipe that is open for \p Access.
bool isPipe(int Number, int Access) {
  struct stat Status;
  return ::fstat(Number, &Status) == 0 && S_ISFIFO(Status.st_mode) &&
         (::fcntl(Number, F_GETFL) & O_ACCMODE) == Access;
}

std::optional<Startup> findAgreed() {
  transport::AgreedDescriptors Agreed = transport::agreedDescriptors();
  if (!isPipe(Agreed.In, O_RDONLY) || !isPipe(Agreed.Out, O_WRONLY))
    return std::nullopt;
  return adopt(Agreed.In, Agreed.Out);
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
