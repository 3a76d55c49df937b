//===- StandardStreams.cpp - What the guest's streams would be ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/terminal/StandardStreams.h"

#include <fcntl.h>
#include <initializer_list>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

bool isInherited(int Number) {
  int Flags = ::fcntl(Number, F_GETFD);
  return Flags >= 0 && !(Flags & FD_CLOEXEC);
}

bool areSame(int A, int B) {
  struct stat OfA, OfB;
  if (::fstat(A, &OfA) != 0 || ::fstat(B, &OfB) != 0 ||
      OfA.st_dev != OfB.st_dev || OfA.st_ino != OfB.st_ino)
    return false;
  // A pipe or a terminal has no position that two openings could differ in.
  if (!S_ISREG(OfA.st_mode))
    return true;
  pid_t Self = ::getpid();
  return ::syscall(SYS_kcmp, Self, Self, KCMP_FILE, A, B) == 0;
}

} // namespace

StandardStreams StandardStreams::find() {
  StandardStreams Found;
  for (int Number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    Found.IsOpen[Number] = isInherited(Number);
  Found.ErrorIsOutput = Found.IsOpen[STDOUT_FILENO] &&
                        Found.IsOpen[STDERR_FILENO] &&
                        areSame(STDOUT_FILENO, STDERR_FILENO);
  return Found;
}

} // namespace remoterun::controller
