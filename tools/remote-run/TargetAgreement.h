//===- TargetAgreement.h - One machine for all who have a say ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_TARGETAGREEMENT_H
#define REMOTERUN_TOOLS_TARGETAGREEMENT_H

#include "Options.h"
#include "controller/launch/ExecutorProcess.h"
#include "driver/compile/Compilation.h"

namespace remoterun {

/// What was read may be for another machine than the options say, or than this
/// one where they say none: then the program for that one takes over.
Expected<void> agreeOnTarget(const Options &Given,
                             const driver::Compilation &Work,
                             const controller::ExecutorProcess &Executor);

} // namespace remoterun

#endif
