//===- LlvmCrash.h - What shows a failure of LLVM's again -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LLVMCRASH_H
#define REMOTERUN_TOOLS_LLVMCRASH_H

#include "Compile.h"

namespace remoterun {

/// From here on, a failure of LLVM's leaves the inputs of \p Shop, which have
/// to stay, and the command that compiles them, where the user wants that.
void prepareReproducer(const Options &Chosen, const Workshop &Shop);

} // namespace remoterun

#endif
