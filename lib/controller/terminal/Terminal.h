//===- Terminal.h - Whose the keyboard is -----------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A guest with a process group of its own needs what a shell does for its jobs:
// only the terminal's foreground group may read from it, and gets its signals
// (POSIX.1-2017 XBD 11.1.4).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_TERMINAL_TERMINAL_H
#define REMOTERUN_CONTROLLER_TERMINAL_TERMINAL_H

#include "transport/Descriptor.h"

#include <sys/types.h>

namespace remoterun::controller {

/// The controlling terminal, if there is one. One object at a time.
class Terminal {
public:
  Terminal();
  ~Terminal() { takeBack(); }
  Terminal(const Terminal &) = delete;
  Terminal &operator=(const Terminal &) = delete;

  /// Whether our group has the terminal.
  bool isOurs() const;
  /// Whether we are a job of its own, with no other process of a pipeline or
  /// script to share the terminal with, as far as one can tell.
  bool isOursAlone() const;

  /// Hands the terminal to another group, if it is ours.
  bool giveTo(pid_t Group);
  bool isGiven() const;
  /// If the group still has it. Async-signal-safe.
  static void takeBack();

private:
  transport::Descriptor Device;
};

} // namespace remoterun::controller

#endif
