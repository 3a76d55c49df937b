//===- StandardStreams.h - What the guest's streams would be ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_TERMINAL_STANDARDSTREAMS_H
#define REMOTERUN_CONTROLLER_TERMINAL_STANDARDSTREAMS_H

namespace remoterun::controller {

/// Of this process's standard streams, what a guest that inherited them would
/// find.
struct StandardStreams {
  bool IsOpen[3];
  /// Standard error is the same open file as standard output.
  bool ErrorIsOutput;

  /// One that is close-on-exec is nobody's but ours, and counts as closed.
  static StandardStreams find();
};

} // namespace remoterun::controller

#endif
