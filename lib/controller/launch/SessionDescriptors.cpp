//===- SessionDescriptors.cpp - What names them to an executor ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/launch/SessionDescriptors.h"
#include "controller/process/ChildEnvironment.h"
#include "wire/ExecutorStart.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace remoterun::controller {

namespace {

bool isFree(int Number) { return ::fcntl(Number, F_GETFD) < 0; }

std::string_view nameOf(std::string_view Variable) {
  return Variable.substr(0, Variable.find('='));
}

/// Whether the guest has, or is to have, a variable that the executor could
/// take for the session's.
bool hasSessionVariable(const LaunchRequest &Request) {
  return ::getenv(wire::SessionVariable) ||
         changesVariable(Request.Environment, wire::SessionVariable);
}

} // namespace

SessionDescriptors::SessionDescriptors(const LaunchRequest &Request,
                                       transport::AgreedDescriptors Ours,
                                       bool KeepsAgreed)
    : Numbers(transport::agreedDescriptors()) {
  bool AreFree =
      isFree(Numbers.In) && isFree(Numbers.Out) && isFree(Numbers.CrashMemory);
  if (AreFree && KeepsAgreed && !hasSessionVariable(Request))
    return;
  if (!AreFree)
    Numbers = Ours;
  Variable = std::string(wire::SessionVariable) + "=" +
             std::to_string(Numbers.In) + "," + std::to_string(Numbers.Out);
  if (Ours.CrashMemory >= 0)
    Variable += "," + std::to_string(Numbers.CrashMemory);
}

std::vector<char *>
SessionDescriptors::environment(const std::vector<std::string> &Changes) {
  std::vector<char *> Result = environmentWith(Changes);
  if (!Variable.empty())
    addVariable(Result);
  return Result;
}

void SessionDescriptors::addVariable(std::vector<char *> &Environment) {
  auto Guests = std::ranges::find_if(Environment, [](const char *Entry) {
    return Entry && std::strchr(Entry, '=') &&
           nameOf(Entry) == wire::SessionVariable;
  });
  if (Guests == Environment.end()) {
    Environment.insert(Environment.begin(), Variable.data());
    return;
  }
  Variable += wire::GuestValueMark;
  Variable += std::strchr(*Guests, '=') + 1;
  *Guests = Variable.data();
}

} // namespace remoterun::controller
