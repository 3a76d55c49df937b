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
#include <string_view>
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

std::optional<Startup> parse(const char *Value) {
  int In, Out;
  if (!takeNumber(Value, In) || *Value++ != ',' || !takeNumber(Value, Out))
    return std::nullopt;
  std::string_view Rest(Value);
  if (!Rest.empty() && Rest != ",ignore-sigchld")
    return std::nullopt;
  if (!setCloseOnExec(In) || !setCloseOnExec(Out))
    return std::nullopt;
  Startup Parsed;
  Parsed.In = transport::Descriptor(In);
  Parsed.Out = transport::Descriptor(Out);
  Parsed.IgnoreSigchld = !Rest.empty();
  return Parsed;
}

} // namespace

std::optional<Startup> takeStartup(ProcessArguments &Process) {
  char **Environment = Process.Environment;
  size_t Index = 0;
  const char *Value = nullptr;
  while (Environment[Index] && !(Value = sessionValue(Environment[Index])))
    ++Index;
  if (!Value)
    return std::nullopt;
  std::optional<Startup> Parsed = parse(Value);
  // The vector is closed up towards its end: the null after it, and the
  // auxiliary vector that some programs look for behind that, stay in place.
  char *Variable = Environment[Index];
  std::memset(Variable, 0, std::strlen(Variable));
  std::memmove(Environment + 1, Environment, Index * sizeof(char *));
  Process.Environment = environ = Environment + 1;
  return Parsed;
}

} // namespace remoterun::executor
