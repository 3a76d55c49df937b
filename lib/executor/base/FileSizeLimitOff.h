//===- FileSizeLimitOff.h - Files in memory without a limit -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_FILESIZELIMITOFF_H
#define REMOTERUN_EXECUTOR_BASE_FILESIZELIMITOFF_H

#include <csignal>
#include <sys/resource.h>

namespace remoterun::executor {

/// A program may be started with a limit on the size of files, which is not for
/// memory (RLIMIT_FSIZE of getrlimit(2)). While this lives, there is as little
/// of it as the system allows, and no signal.
class FileSizeLimitOff {
public:
  FileSizeLimitOff() {
    if (::getrlimit(RLIMIT_FSIZE, &Limit) != 0 ||
        Limit.rlim_cur == RLIM_INFINITY)
      return;
    IsChanged = true;
    const rlimit Most = {Limit.rlim_max, Limit.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &Most);
    struct sigaction Ignored = {};
    Ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGXFSZ, &Ignored, &Action);
  }
  ~FileSizeLimitOff() {
    if (!IsChanged)
      return;
    ::setrlimit(RLIMIT_FSIZE, &Limit);
    ::sigaction(SIGXFSZ, &Action, nullptr);
  }
  FileSizeLimitOff(const FileSizeLimitOff &) = delete;
  FileSizeLimitOff &operator=(const FileSizeLimitOff &) = delete;

private:
  rlimit Limit = {};
  struct sigaction Action = {};
  bool IsChanged = false;
};

} // namespace remoterun::executor

#endif
