//===- TargetCheck.h - Whether code runs where it is sent -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_TARGETCHECK_H
#define REMOTERUN_DRIVER_COMPILE_TARGETCHECK_H

#include "controller/session/Session.h"

#include "llvm/TargetParser/Triple.h"

namespace remoterun::driver {

/// Whether code for \p Target can run where it would be sent.
Expected<void> checkTarget(const llvm::Triple &Target, bool NeedsLowAddresses,
                           const controller::ExecutorFacts &Facts);

} // namespace remoterun::driver

#endif
