//===- TargetChoice.h - The machine that the program is for -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_TARGETCHOICE_H
#define REMOTERUN_DRIVER_SETTINGS_TARGETCHOICE_H

#include "jit/target/Isa.h"

#include <string>
#include <vector>

namespace remoterun::driver {

/// The machine that the program is for.
struct TargetChoice {
  const jit::Isa *Isa = nullptr;
  /// By an option, so that a program for another one is a mistake.
  bool IsGiven = false;
  std::string Stub; ///< The executor's file.
  /// What runs it, by words; none for this machine's own code, and where the
  /// launcher leads to a machine of that kind.
  std::vector<std::string> Emulator;
  /// "NAME=VALUE", for the emulator, which keeps it from the program.
  std::vector<std::string> EmulatorEnvironment;
  /// Below which the emulator finds the target's libraries; empty without one.
  std::string Root;

  /// What this process runs on.
  static const jit::Isa &host();
  bool isHost() const { return Isa == &host(); }
};

} // namespace remoterun::driver

#endif
