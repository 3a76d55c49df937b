//===- ProcessArguments.cpp - What a process is started with --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/base/ProcessArguments.h"

#include <algorithm>
#include <cstdlib>

namespace remoterun::executor {

ProcessArguments ProcessArguments::ofMain(int Count, char **Values,
                                          char **Environment) {
  char **End = Environment;
  while (*End)
    ++End;
  return {Count, Values, Environment,
          reinterpret_cast<ElfW(auxv_t) *>(End + 1)};
}

char *copyText(std::string_view Text) {
  auto *Copy = static_cast<char *>(std::malloc(Text.size() + 1));
  if (!Copy)
    std::abort();
  *std::copy(Text.begin(), Text.end(), Copy) = '\0';
  return Copy;
}

char **copyVector(const List<std::string_view> &Texts) {
  auto **Vector =
      static_cast<char **>(std::calloc(Texts.size() + 1, sizeof(char *)));
  if (!Vector)
    std::abort();
  for (size_t I = 0; I != Texts.size(); ++I)
    Vector[I] = copyText(Texts[I]);
  return Vector;
}

} // namespace remoterun::executor
