//===- Launch.h - From the options to an executor that has said Hello -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_RUN_LAUNCH_H
#define REMOTERUN_DRIVER_RUN_LAUNCH_H

#include "controller/launch/ExecutorProcess.h"
#include "controller/session/Session.h"
#include "driver/settings/RunSettings.h"

namespace remoterun::driver {

/// Starts the executor, and does not wait for it.
Expected<controller::ExecutorProcess> launch(const RunSettings &Settings);

/// qemu-user grants what a program asks for of its address space, and does
/// nothing (setrlimit in its linux-user/syscall.c). Whether it can be limited
/// itself: as a child of ours, and unless it reserves all that the program
/// could ever have.
bool canLimitEmulator(const RunSettings &Settings);
/// Does that, if the settings limit memory. Before the guest is started.
Expected<void> limitEmulator(const RunSettings &Settings, pid_t Emulator,
                             controller::Session &Link);

/// Hello, if that has not been, and the libraries that the user named.
Expected<void> greet(const RunSettings &Settings, controller::Session &Link);

} // namespace remoterun::driver

#endif
