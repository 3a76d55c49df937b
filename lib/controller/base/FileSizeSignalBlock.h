//===- FileSizeSignalBlock.h - A full file is an error ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_FILESIZESIGNALBLOCK_H
#define REMOTERUN_CONTROLLER_BASE_FILESIZESIGNALBLOCK_H

#include <csignal>
#include <ctime>

namespace remoterun::controller {

/// While it lives, what this thread writes beyond the limit on files' sizes
/// (RLIMIT_FSIZE, which files in memory have as well) is an error, EFBIG, and
/// not the end of the process.
class FileSizeSignalBlock {
public:
  FileSizeSignalBlock() {
    sigemptyset(&Blocked);
    sigaddset(&Blocked, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &Blocked, &Before);
  }
  ~FileSizeSignalBlock() {
    timespec AtOnce = {};
    // Where it was blocked before, a pending one is not ours to take.
    if (sigismember(&Before, SIGXFSZ) == 0)
      ::sigtimedwait(&Blocked, nullptr, &AtOnce);
    pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  }
  FileSizeSignalBlock(const FileSizeSignalBlock &) = delete;
  FileSizeSignalBlock &operator=(const FileSizeSignalBlock &) = delete;

private:
  sigset_t Blocked, Before;
};

} // namespace remoterun::controller

#endif
