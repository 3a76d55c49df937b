//===- Launch.h - From the options to an executor that has said Hello -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LAUNCH_H
#define REMOTERUN_TOOLS_LAUNCH_H

#include "Compile.h"
#include "Options.h"
#include "controller/ExecutorProcess.h"
#include "controller/Session.h"

#include <string>

namespace remoterun {

/// Starts the executor, and does not wait for it.
Expected<controller::ExecutorProcess> launch(const Options &Chosen);

/// The names of the inputs, for diagnostics.
std::string inputNames(const Workshop &Shop);

/// What was read may be for another machine than the options say, or than this
/// one where they say none: then the program for that one takes over.
Expected<void> agreeOnTarget(const Options &Chosen, const Workshop &Shop,
                             const controller::ExecutorProcess &Executor);

/// Hello, and what has to be known before anything can be looked for in a
/// cache.
Expected<void> askForProcessor(Options &Chosen, controller::Session &Link);

/// Hello, if that has not been, and the libraries that the user named.
Expected<void> greet(const Options &Chosen, controller::Session &Link);

} // namespace remoterun

#endif
