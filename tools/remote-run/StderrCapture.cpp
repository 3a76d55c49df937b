//===- StderrCapture.cpp - What llvm::cl prints by itself -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StderrCapture.h"

#include "llvm/Support/raw_ostream.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace remoterun {

int StderrCapture::Saved = -1;
int StderrCapture::SavedFlags = 0;
StderrCapture *StderrCapture::Current = nullptr;

StderrCapture::StderrCapture(void (*OnExit)(const std::string &Printed))
    : OnExit(OnExit) {
  // If parsing ends the process, after --help, errors of standard output are
  // reported by the stream's destructor: it must run after this handler.
  llvm::outs();
  std::atexit([] {
    if (Current)
      Current->OnExit(Current->finish());
  });
  Current = this;
  std::fflush(stderr);
  SavedFlags = ::fcntl(STDERR_FILENO, F_GETFD);
  Saved = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  Captured = ::memfd_create("stderr", MFD_CLOEXEC);
  if (Saved >= 0 && Captured >= 0)
    ::dup2(Captured, STDERR_FILENO);
}

std::string StderrCapture::finish() {
  Current = nullptr;
  restore();
  std::string Text;
  char Chunk[512];
  ssize_t Size;
  off_t Offset = 0;
  while (Captured >= 0 &&
         (Size = ::pread(Captured, Chunk, sizeof(Chunk), Offset)) > 0) {
    Text.append(Chunk, static_cast<size_t>(Size));
    Offset += Size;
  }
  if (Captured >= 0)
    ::close(std::exchange(Captured, -1));
  return Text;
}

void StderrCapture::restore() {
  if (Saved < 0)
    return;
  ::dup2(Saved, STDERR_FILENO);
  ::fcntl(STDERR_FILENO, F_SETFD, SavedFlags);
  ::close(std::exchange(Saved, -1));
}

} // namespace remoterun
