//===- Gdb.h - gdb in the place of remote-run -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// --gdb: when the program has been sent and waits before its first instruction,
// remote-run becomes gdb, which attaches to it. So gdb is the program's parent,
// whose right to attach no security module denies (ptrace_scope of Yama), has
// the terminal, the process and the exit status that the shell looks at, and
// takes the program with it when it ends, as remote-run would.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_GDB_H
#define REMOTERUN_TOOLS_GDB_H

#include "Options.h"

#include <sys/types.h>

namespace remoterun {

/// What --gdb says, in the words of a command; empty without the option. Fails
/// where there is no such command, or where it could not do what the other
/// options in \p Given ask for.
Expected<std::vector<std::string>> chosenGdb(const Options &Given);

/// Becomes \p Command, attached to \p Guest, which waits for a debugger.
/// Nothing of ours may be running or be blocked. Returns only where that fails.
Failure becomeGdb(const std::vector<std::string> &Command, pid_t Guest);

} // namespace remoterun

#endif
