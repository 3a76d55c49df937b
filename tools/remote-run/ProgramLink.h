//===- ProgramLink.h - A link to remote-run that is a program ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A symbolic link to remote-run that is named after a program stands for it:
// "prog" runs prog.bc beside it, and all words behind it are the program's. So
// what starts a program by its name (test suites, make, the program itself by
// argv[0]) needs no other command.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_PROGRAMLINK_H
#define REMOTERUN_TOOLS_PROGRAMLINK_H

#include "remote-run/Failure.h"

#include <optional>
#include <string>

namespace remoterun {

/// The path of the link that this process was started by, if it stands for a
/// program: relative to the working directory, and found in PATH by whoever
/// started us. The names that begin with remote-run, as remote-run-22, are our
/// own. \p Called is our argv[0].
std::optional<std::string> programLink(const char *Called);

/// The IR beside \p Link: its name and .bc, or else and .ll.
Expected<std::string> programBesideLink(const std::string &Link);

} // namespace remoterun

#endif
