//===- TargetAgreement.h - One machine for all who have a say ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_TARGETAGREEMENT_H
#define REMOTERUN_TOOLS_TARGETAGREEMENT_H

#include "Compile.h"
#include "controller/launch/ExecutorProcess.h"

namespace remoterun {

/// Whether code for \p Target can run where it would be sent.
Expected<void> checkTarget(const llvm::Triple &Target, bool NeedsLowAddresses,
                           const controller::ExecutorFacts &Facts);

/// What was read may be for another machine than the options say, or than this
/// one where they say none: then the program for that one takes over.
Expected<void> agreeOnTarget(const Options &Chosen, const Workshop &Shop,
                             const controller::ExecutorProcess &Executor);

/// Of -mcpu=native: Hello, and the processor, which has to be known before
/// anything can be looked for in a cache.
Expected<void> askForProcessor(Options &Chosen, controller::Session &Link);

} // namespace remoterun

#endif
