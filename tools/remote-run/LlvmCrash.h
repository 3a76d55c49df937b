//===- LlvmCrash.h - What shows a failure of LLVM's again -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LLVMCRASH_H
#define REMOTERUN_TOOLS_LLVMCRASH_H

#include "driver/settings/Observer.h"
#include "driver/settings/RunSettings.h"

namespace remoterun {

/// From here on, a failure of LLVM's leaves \p Inputs, which have to stay, and
/// the command that compiles them, where the user wants that. Without settings
/// it leaves nothing.
void prepareReproducer(const driver::ProgramSettings *Settings,
                       llvm::ArrayRef<jit::InputFile> Inputs);

} // namespace remoterun

#endif
