//===- WaitStatus.h - How a process ended -----------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A raw wait status (waitpid(2)) becomes a value once, here.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_WAITSTATUS_H
#define REMOTERUN_CONTROLLER_BASE_WAITSTATUS_H

#include <string>

namespace remoterun::controller {

class WaitStatus {
public:
  /// \p Raw is of a process that has ended, not of one that stopped.
  static WaitStatus fromRaw(int Raw);

  bool exited() const { return Signal == 0; }
  int exitStatus() const { return Status; } ///< 0-255, if it exited.
  int signal() const { return Signal; }     ///< If it did not.
  bool dumpedCore() const { return DumpedCore; }

  /// "exited with status 3" or "was killed by signal 11 (SIGSEGV,
  /// Segmentation fault)".
  std::string describe() const;

private:
  int Status = 0;
  int Signal = 0;
  bool DumpedCore = false;
};

/// "signal 11 (SIGSEGV, Segmentation fault)".
std::string describeSignal(int Signal);

} // namespace remoterun::controller

#endif
