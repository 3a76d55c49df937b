//===- TextStore.h - Texts that stay where they are -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For names that outlive the message they came in, and that C interfaces take.
// They are not in the guest's heap (OwnMemory.h).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_TEXTSTORE_H
#define REMOTERUN_EXECUTOR_BASE_TEXTSTORE_H

#include "wire/List.h"

#include <string_view>

namespace remoterun::executor {

/// A copy of \p Text with a zero byte at its end, in memory of ours, which
/// stays as long as the process.
char *keepForever(std::string_view Text);

class TextStore {
public:
  TextStore() = default;
  TextStore(const TextStore &) = delete;
  TextStore &operator=(const TextStore &) = delete;
  ~TextStore() { clear(); }

  /// A copy with a zero byte at its end.
  const char *keep(std::string_view Text);
  void clear();

private:
  /// As one of List<char> is, which cannot be an element of a list.
  struct Kept {
    char *Text;
    size_t Size;
  };
  List<Kept> All;
};

} // namespace remoterun::executor

#endif
