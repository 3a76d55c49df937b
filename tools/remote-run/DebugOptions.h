//===- DebugOptions.h - What debuggers and profilers are given --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_DEBUGOPTIONS_H
#define REMOTERUN_TOOLS_DEBUGOPTIONS_H

#include "driver/settings/DebugSettings.h"

namespace remoterun {

/// What the command line says of it.
driver::DebugSettings chosenDebugging();

} // namespace remoterun

#endif
