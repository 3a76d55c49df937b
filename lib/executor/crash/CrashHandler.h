//===- CrashHandler.h - The guest's last words ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the guest leaves a fatal signal to its default action, we stand in for
// a moment: the handler writes a report into the controller's memory and lets
// the default action follow. It makes no system call for a fault, takes no lock
// and no memory (but see tellOfCrashes()). The guest does not find it: see
// SignalShims.h.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_CRASH_CRASHHANDLER_H
#define REMOTERUN_EXECUTOR_CRASH_CRASHHANDLER_H

#include "transport/Descriptor.h"

#include <csignal>
#include <cstdint>
#include <span>

namespace remoterun::executor {

/// Maps the memory for the report; without it, nothing else here does anything.
void useCrashMemory(const transport::Descriptor &File);
bool hasCrashMemory();
/// Has \p Tell called with each report, too, and takes memory of this process's
/// own for it where there is no other. In the signal handler, on a stack of
/// some 60 KiB.
void tellOfCrashes(void (*Tell)(std::span<const uint8_t> Report));

/// To be called on the main thread while the process is as the kernel made it,
/// and before anything of libc is the guest's.
void prepareCrashHandler();
/// To be called on the main thread, once the guest's libraries are there and
/// before their constructors run, which is while the dynamic linker relocates.
void installCrashHandler();
/// To be called on the main thread after them.
void completeCrashHandler();

/// The six signals that a crash ends with.
bool isCrashSignal(int Signal);
/// Whether \p Action is ours.
bool isCrashHandler(const struct sigaction &Action);
/// Takes the place of the default action of \p Signal, if there is crash
/// memory. Async-signal-safe.
void standInFor(int Signal);

/// The stack for the main thread's overflows.
bool isCrashStack(const stack_t &Stack);
/// Takes it away from the calling thread, for good. Async-signal-safe.
void withdrawCrashStack();

} // namespace remoterun::executor

#endif
