//===- Passes.h - IR through --passes ---------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_PASSES_H
#define REMOTERUN_DRIVER_COMPILE_PASSES_H

#include "driver/compile/Compilation.h"
#include "jit/ir/Reachability.h"

namespace remoterun::driver {

/// Puts what --passes makes of each unit in the IR's place, and of that again
/// what is reachable from \p Kept.
Expected<void> optimizeUnits(Compilation &Work, jit::Roots Kept);

} // namespace remoterun::driver

#endif
