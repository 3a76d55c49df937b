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
// wants to end or stop is that. How the launcher ends does not tell: ssh(1)
// exits with 255 when it is interrupted. So a child of ours, the witness, is in
// that group, and does nothing but die of the key.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_TERMINAL_LENTTERMINAL_H
#define REMOTERUN_CONTROLLER_TERMINAL_LENTTERMINAL_H

#include "controller/terminal/Terminal.h"

#include <csignal>
#include <memory>

namespace remoterun::controller {

/// While it lives, a launcher that ends upon Ctrl-C ends this process by that
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

  /// To be called by who has reaped the launcher: if a key has ended it, this
  /// process gets the signal as well.
  void noteEnd();

private:
  explicit LentTerminal(pid_t Launcher);
  static void onChange(int);
  void startWitness();
  int keyPressed() const;
  void stopWithLauncher(int StopSignal);

  const pid_t Launcher;
  pid_t Witness = -1;
  Terminal Keyboard;
  struct sigaction Before;
};

} // namespace remoterun::controller

#endif
