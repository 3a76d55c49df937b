//===- SpeedOptions.h - Caches, threads and parts ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_SPEEDOPTIONS_H
#define REMOTERUN_TOOLS_SPEEDOPTIONS_H

#include "Options.h"

namespace remoterun {

/// Fills in where compiled programs are kept, and how much is compiled at a
/// time, by how many threads. Options::CompilesAnew must be known.
Expected<void> chooseSpeed(Options &Result);

} // namespace remoterun

#endif
