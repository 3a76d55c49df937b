//===- CrashText.h - A crash report for people ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_CRASH_CRASHTEXT_H
#define REMOTERUN_CONTROLLER_CRASH_CRASHTEXT_H

#include "controller/crash/CrashDescription.h"

#include <cstddef>
#include <span>
#include <string>

namespace remoterun::controller {

/// How many of \p Frames are the program's and what it has called: the rest is
/// how the executor came to the program. All, where none is the program's.
size_t countProgramFrames(std::span<const CrashFrame> Frames);

/// What follows the diagnostic that names the signal: the cause, behind a
/// colon, and a line each for the thread and for the frames. These start with
/// two spaces, and each after a line feed. The frames of the executor that has
/// called the program are left out; repetitions and the middle of a very long
/// backtrace are summed up. All of it is fit for a terminal.
std::string crashText(const CrashDescription &Crash);

} // namespace remoterun::controller

#endif
