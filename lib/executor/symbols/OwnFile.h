//===- OwnFile.h - The file that the guest is taken from --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The process was executed from the executor's file, and a native program's is
// from its own. Where the controller has told that one, the guest is to find it
// in the place of ours, and to be started again where it executes either.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_OWNFILE_H
#define REMOTERUN_EXECUTOR_SYMBOLS_OWNFILE_H

#include "wire/Messages.h"

#include <string_view>

namespace remoterun::executor {

/// Notes what \p Request says of it, and under which name debuggers know the
/// program (see wire::Finalize). Once, before the guest starts.
void noteOwnFile(const wire::Run &Request, std::string_view ImagePath);

// All that follows is async-signal-safe and needs no heap, so that it can be
// called after vfork(2).

/// The guest's own file, with a zero byte behind it; empty where it is unknown.
std::string_view ownFile();

/// Whether \p Path is a name of the system's for the file that the process is
/// executed from, as /proc/self/exe is.
bool isLinkToOwnFile(int Directory, const char *Path);

/// Whether \p Path is the guest's own file, or the system's name for it, as a
/// program has it that wants to read its executable. Few instructions.
bool isNameOfOwnFile(const char *Path);
/// What that finds; what has no such file finds what is there.
const char *fileForDebuggers();

/// Whether who executes \p Path, as by execveat(2), wants the guest once more.
bool leadsToOwnFile(int Directory, const char *Path, int Flags);
/// The same for execvp(3), which searches PATH.
bool leadsToOwnFileByPath(const char *Name);

/// What executes the guest again, and its first arguments, as many as
/// startAgainCount(). Null and 0 where it cannot be.
const char *startAgainFile();
char *const *startAgainArguments();
size_t startAgainCount();

} // namespace remoterun::executor

#endif
