//===- ProcessArguments.h - What a process is started with ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_PROCESSARGUMENTS_H
#define REMOTERUN_EXECUTOR_BASE_PROCESSARGUMENTS_H

#include "wire/List.h"

#include <link.h>
#include <string_view>

namespace remoterun::executor {

/// What the process was started with.
struct ProcessArguments {
  int Count = 0;
  char **Values = nullptr;      ///< argv
  char **Environment = nullptr; ///< envp, without the session's variable.
  /// The kernel's, which stands behind the environment that main() is given
  /// (System V ABI, "Process Initialization").
  ElfW(auxv_t) *Auxiliary = nullptr;

  static ProcessArguments ofMain(int Count, char **Values, char **Environment);
};

/// A copy with a zero byte at its end, which lives as long as the process.
char *copyText(std::string_view Text);
/// The same of each, with a null pointer after the last.
char **copyVector(const List<std::string_view> &Texts);

} // namespace remoterun::executor

#endif
