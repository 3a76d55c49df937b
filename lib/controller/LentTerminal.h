//===- LentTerminal.h - The terminal in a launcher's hands ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A launcher that leads elsewhere may ask for a password, so it has the
// terminal until the executor has said Hello. Its keys reach the launcher's
// process group alone then; but the job that the user sees is ours, and what he
// wants to end or stop is that.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_LENTTERMINAL_H
#define REMOTERUN_CONTROLLER_LENTTERMINAL_H

#include "controller/Terminal.h"

#include <csignal>
#include <memory>

namespace remoterun::controller {

/// While it lives, a launcher that Ctrl-C ends ends this process by the same
/// signal, and one that Ctrl-Z stops stops it, and goes on with it; at any
/// time, by a handler of SIGCHLD. At most one lives.
class LentTerminal {
public:
  /// To the process group that \p Launcher, a child of ours, leads; null where
  /// the terminal is not ours to give.
  static std::unique_ptr<LentTerminal> lendTo(pid_t Launcher);
  ~LentTerminal();
  LentTerminal(const LentTerminal &) = delete;
  LentTerminal &operator=(const LentTerminal &) = delete;

  /// To be called by who has reaped the launcher, of which \p Signal was the
  /// end: if it came from the keyboard, this process gets it as well.
  void passOn(int Signal);

private:
  explicit LentTerminal(pid_t Launcher);
  static void onChange(int);
  void stopWithLauncher(int StopSignal);

  const pid_t Launcher;
  Terminal Keyboard;
  struct sigaction Before;
};

} // namespace remoterun::controller

#endif
