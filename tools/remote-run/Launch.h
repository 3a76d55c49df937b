//===- Launch.h - From the options to an executor that has said Hello -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LAUNCH_H
#define REMOTERUN_TOOLS_LAUNCH_H

#include "Options.h"
#include "controller/ExecutorProcess.h"
#include "controller/Session.h"

namespace remoterun {

/// Starts the executor, and does not wait for it.
Expected<controller::ExecutorProcess> launch(const Options &Chosen);

/// Hello, if that has not been, and the libraries that the user named.
Expected<void> greet(const Options &Chosen, controller::Session &Link);

} // namespace remoterun

#endif
