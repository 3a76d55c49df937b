//===- CrashGuard.h - When LLVM itself gives up -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM ends the process on errors that it cannot return, and bad input can
// make it crash. Either becomes one diagnostic and exit status 125, with
// neither a core file nor LLVM's banner, and takes the executor along.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_CRASHGUARD_H
#define REMOTERUN_TOOLS_CRASHGUARD_H

#include <string>

namespace remoterun {

/// Installs LLVM's fatal error handler. Once, before anything else of LLVM.
void installFatalErrorHandler();

/// Installs handlers for the signals of a crash. For the main thread, once,
/// after the executor was launched: the guest shall not inherit any of this.
void installCrashGuard();

/// The same for a further thread, on that thread, after installCrashGuard().
void guardThisThread();

/// Removes the signal handlers: what follows does not run LLVM.
void removeCrashGuard();

/// Says what is being done, for the diagnostic: "compiling 'prog.bc'".
void setCrashContext(const std::string &Doing);

} // namespace remoterun

#endif
