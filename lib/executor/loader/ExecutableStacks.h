//===- ExecutableStacks.h - For objects that ask for them -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Objects can ask for stacks that can be executed, where GCC has put code for
// pointers to nested functions (ld's manual, "-z execstack"). dlopen(3) used to
// give them to a process that runs; since glibc 2.41 it refuses what asks for
// them, unless they were there when the process started.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_EXECUTABLESTACKS_H
#define REMOTERUN_EXECUTOR_LOADER_EXECUTABLESTACKS_H

#include "executor/base/Failure.h"

namespace remoterun::executor {

/// Has the shared object in \p File no longer ask, where dlopen(3) would refuse
/// it. True if it asked; whoever loads it makes them so first.
bool takeStackRequest(int File);

/// Makes the stacks of this process executable: the one that there is, and
/// those of threads to come.
Expected<void> makeStacksExecutable();

/// What to do where dlopen(3) gives \p Reason, to be appended to it; empty
/// where it is another one.
const char *wayToStacks(const char *Reason);

} // namespace remoterun::executor

#endif
