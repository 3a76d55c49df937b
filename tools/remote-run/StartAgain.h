//===- StartAgain.h - A program that executes itself ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that executes its own file becomes one of us that runs it, as this
// run does: with the options that were given, from the same folder, and with
// what environment variables have meant. It is the parent of the program then,
// has the number that the program had, and stays silent.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_STARTAGAIN_H
#define REMOTERUN_TOOLS_STARTAGAIN_H

#include "Options.h"
#include "driver/run/ProgramStart.h"

#include <string>
#include <vector>

namespace remoterun {

/// Of the program that \p Given runs; empty where the executor may have other
/// files than we, and where the program cannot be read once more. \p PerfFolder
/// is where this run has written perf's file; empty for nowhere.
driver::StartAgain startAgain(const Options &Given,
                              const std::string &PerfFolder);

/// Goes to \p Directory, where this program was started first. Returns the name
/// of the folder that it has been started again in; empty if that is the same.
Expected<std::string> returnTo(const std::string &Directory);

} // namespace remoterun

#endif
