//===- Run.h - The straight line, argv to exit status -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_RUN_H
#define REMOTERUN_TOOLS_RUN_H

#include "Options.h"
#include "controller/Supervision.h"

namespace remoterun {

/// Runs the program that \p Options describes and waits for its end.
Expected<controller::GuestEnd> run(const Options &Options);

/// Prints a line "remote-run: warning: ..." to standard error.
void warn(const std::string &Message);

} // namespace remoterun

#endif
