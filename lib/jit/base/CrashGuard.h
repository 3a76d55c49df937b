//===- CrashGuard.h - When LLVM itself gives up -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM ends the process on errors that it cannot return, and bad input can
// make it crash. Either becomes one diagnostic and an exit status of the tool's
// own, with neither a core file nor LLVM's banner. It says which pass ran on
// what, and leaves a folder with what shows the failure again.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_CRASHGUARD_H
#define REMOTERUN_JIT_BASE_CRASHGUARD_H

#include "controller/crash/CrashFolder.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <string>
#include <string_view>

namespace remoterun::jit {

struct SourceFiles;

/// What the message of a failure of LLVM's begins with.
inline constexpr std::string_view WordsOfCrash = "LLVM failed while ";

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

/// Has \p Wait called with \p Its before a failure of LLVM's on this thread
/// ends the process: it may wait until somebody needs what has failed. It has
/// to be async-signal-safe. Null for none.
void setBeforeFailure(void (*Wait)(void *), void *Its);

/// Says what is being done, for the diagnostic: "compiling 'prog.bc'". Nothing
/// is kept where no handler was installed.
void setCrashContext(const std::string &Doing);
/// What was said last. May be called on any thread, and in a signal handler.
const char *crashContext();

/// What a failure of LLVM's from here on leaves behind; null for nothing. It
/// lives until it is replaced, or the crash guard is removed.
void setReproducer(const controller::Reproducer *What);

/// The files of the functions that are compiled from here on, for the
/// diagnostic; null for unknown. As long-lived.
void setCrashSources(const SourceFiles *Files);

/// While one lives, this thread works on less than the input: a failure of
/// LLVM's leaves that, too.
class CrashUnit {
public:
  /// \p Bitcode makes the unit anew, without what it was made into meanwhile.
  explicit CrashUnit(llvm::function_ref<llvm::SmallVector<char, 0>()> Bitcode);
  ~CrashUnit();
  CrashUnit(const CrashUnit &) = delete;
  CrashUnit &operator=(const CrashUnit &) = delete;
};

/// \p LastWords is told what goes wrong, without the program's name, before
/// this ends the process; it has to be async-signal-safe.
void setLastWords(void (*LastWords)(std::string_view Message));

} // namespace remoterun::jit

#endif
