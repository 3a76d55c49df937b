//===- CString.h - A text for the C interfaces ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_CSTRING_H
#define REMOTERUN_EXECUTOR_BASE_CSTRING_H

#include "wire/List.h"

#include <string_view>

namespace remoterun::executor {

/// A copy with a zero byte at its end.
class CString {
public:
  explicit CString(std::string_view Text) {
    Bytes.append(Text.data(), Text.size());
    Bytes.push('\0');
  }
  const char *get() const { return Bytes.data(); }

private:
  List<char> Bytes;
};

} // namespace remoterun::executor

#endif
