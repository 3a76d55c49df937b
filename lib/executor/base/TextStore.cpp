//===- TextStore.cpp - Texts that stay where they are ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/base/TextStore.h"

#include <algorithm>
#include <cstdlib>

namespace remoterun::executor {

char *keepForever(std::string_view Text) {
  auto *Copy =
      static_cast<char *>(resizeListMemory(nullptr, 0, Text.size() + 1));
  if (!Copy)
    std::abort();
  *std::copy(Text.begin(), Text.end(), Copy) = '\0';
  return Copy;
}

const char *TextStore::keep(std::string_view Text) {
  char *Copy = keepForever(Text);
  All.push({Copy, Text.size() + 1});
  return Copy;
}

void TextStore::clear() {
  for (Kept &Each : All)
    resizeListMemory(Each.Text, Each.Size, 0);
  All.clear();
}

} // namespace remoterun::executor
