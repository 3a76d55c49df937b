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

const char *TextStore::keep(std::string_view Text) {
  size_t Size = Text.size() + 1;
  auto *Copy = static_cast<char *>(resizeListMemory(nullptr, 0, Size));
  if (!Copy)
    std::abort();
  *std::copy(Text.begin(), Text.end(), Copy) = '\0';
  All.push({Copy, Size});
  return Copy;
}

void TextStore::clear() {
  for (Kept &Each : All)
    resizeListMemory(Each.Text, Each.Size, 0);
  All.clear();
}

} // namespace remoterun::executor
