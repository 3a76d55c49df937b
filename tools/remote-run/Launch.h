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
#include "controller/launch/ExecutorProcess.h"
#include "controller/session/Session.h"

namespace remoterun {

/// Starts the executor, and does not wait for it.
Expected<controller::ExecutorProcess> launch(const Options &Chosen);

/// qemu-user grants what a program asks for of its address space, and does
/// nothing (setrlimit in its linux-user/syscall.c). Whether it can be limited
/// itself: as a child of ours, and unless it reserves all that the program
/// could ever have.
bool canLimitEmulator(const Options &Chosen);
/// Does that, if the options limit memory. Before the guest is started.
Expected<void> limitEmulator(const Options &Chosen, pid_t Emulator,
                             controller::Session &Link);

/// Hello, if that has not been, and the libraries that the user named.
Expected<void> greet(const Options &Chosen, controller::Session &Link);

/// Has an executor that knows of none yet load what the program is linked to.
Expected<void> loadLibraries(const Options &Chosen, controller::Session &Link);

} // namespace remoterun

#endif
