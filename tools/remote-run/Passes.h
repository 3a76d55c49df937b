//===- Passes.h - IR through --passes ---------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_PASSES_H
#define REMOTERUN_TOOLS_PASSES_H

#include "Compile.h"
#include "jit/ir/Reachability.h"

namespace remoterun {

/// Puts what --passes makes of each unit in the IR's place, and of that again
/// what is reachable from \p Kept.
Expected<void> optimizeUnits(const Options &Chosen, Workshop &Shop,
                             jit::Roots Kept);

} // namespace remoterun

#endif
