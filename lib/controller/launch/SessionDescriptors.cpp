//===- SessionDescriptors.cpp - What names them to an executor ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/launch/SessionDescriptors.h"
#include "wire/ExecutorStart.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <span>
#include <string_view>
#include <unistd.h>

namespace remoterun::controller {

namespace {

bool isFree(int Number) { return ::fcntl(Number, F_GETFD) < 0; }

std::string_view nameOf(std::string_view Variable) {
  return Variable.substr(0, Variable.find('='));
}

/// Whether one of \p Changes is of the variable called \p Name.
bool areOf(std::span<const std::string> Changes, std::string_view Name) {
  return std::ranges::any_of(
      Changes, [&](std::string_view Change) { return nameOf(Change) == Name; });
}

/// Whether the guest has, or is to have, a variable that the executor could
/// take for the session's.
bool hasSessionVariable(const LaunchRequest &Request) {
  return ::getenv(wire::SessionVariable) ||
         areOf(Request.Environment, wire::SessionVariable);
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
  std::vector<char *> Result;
  for (char **Entry = environ; *Entry; ++Entry)
    if (!areOf(Changes, nameOf(*Entry)))
      Result.push_back(*Entry);
  for (auto Change = Changes.begin(); Change != Changes.end(); ++Change)
    if (!areOf({Change + 1, Changes.end()}, nameOf(*Change)))
      Result.push_back(const_cast<char *>(Change->c_str()));
  if (!Variable.empty())
    addVariable(Result);
  Result.push_back(nullptr);
  return Result;
}

void SessionDescriptors::addVariable(std::vector<char *> &Environment) {
  auto Guests = std::ranges::find_if(Environment, [](const char *Entry) {
    return std::strchr(Entry, '=') && nameOf(Entry) == wire::SessionVariable;
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
