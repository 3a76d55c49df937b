//===- CrashGuard.h - When LLVM itself gives up -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM ends the process on errors that it cannot return, and bad input can
// make it crash. Either becomes one diagnostic and an exit status of the tool's
// own, with neither a core file nor LLVM's banner.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CRASHGUARD_H
#define REMOTERUN_JIT_CRASHGUARD_H

#include <string>
#include <string_view>

namespace remoterun::jit {

/// Installs LLVM's fatal error handler. Once, before anything else of LLVM.
/// What it and the crash guard say starts with \p Program, which has to live as
/// long as the process, and they end it with \p ExitStatus.
void installFatalErrorHandler(const char *Program, int ExitStatus);

/// Installs handlers for the signals of a crash. For the main thread, once,
/// after the executor was launched: the guest shall not inherit any of this.
void installCrashGuard();

/// The same for a further thread, on that thread, after installCrashGuard().
void guardThisThread();

/// Removes the signal handlers: what follows does not run LLVM.
void removeCrashGuard();

/// Says what is being done, for the diagnostic: "compiling 'prog.bc'".
void setCrashContext(const std::string &Doing);
/// What was said last. May be called on any thread, and in a signal handler.
const char *crashContext();

/// \p LastWords is told what goes wrong, without the program's name, before
/// this ends the process; it has to be async-signal-safe.
void setLastWords(void (*LastWords)(std::string_view Message));

} // namespace remoterun::jit

#endif
