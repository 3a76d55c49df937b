//===- ChildEnvironment.cpp - Ours, with changes --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/process/ChildEnvironment.h"

#include <algorithm>
#include <unistd.h>

namespace remoterun::controller {

static std::string_view nameOf(std::string_view Variable) {
  return Variable.substr(0, Variable.find('='));
}

bool changesVariable(std::span<const std::string> Changes,
                     std::string_view Name) {
  return std::ranges::any_of(
      Changes, [&](std::string_view Change) { return nameOf(Change) == Name; });
}

std::vector<char *> environmentWith(std::span<const std::string> Changes) {
  std::vector<char *> Result;
  for (char **Entry = environ; *Entry; ++Entry)
    if (!changesVariable(Changes, nameOf(*Entry)))
      Result.push_back(*Entry);
  for (size_t I = 0; I != Changes.size(); ++I)
    if (!changesVariable(Changes.subspan(I + 1), nameOf(Changes[I])))
      Result.push_back(const_cast<char *>(Changes[I].c_str()));
  Result.push_back(nullptr);
  return Result;
}

} // namespace remoterun::controller
