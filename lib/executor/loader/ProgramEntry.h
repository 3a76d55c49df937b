//===- ProgramEntry.h - The program among loaded objects --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Natively the first object of the dynamic linker's list, the one without a
// name, is the program: whoever looks for its own program headers, load
// address, dynamic section or thread-local variables takes that
// (dl_iterate_phdr(3), the link map, dlinfo(3)). Here the first is the
// executor, and the dynamic linker needs it there: it is what all names are
// searched from, and whose block has the thread-local variables. But what the
// dynamic linker tells others of an object, it does not use itself once that is
// in place. So the two entries tell of each other's objects: the first of the
// program, and the program's own of the executor.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_PROGRAMENTRY_H
#define REMOTERUN_EXECUTOR_LOADER_PROGRAMENTRY_H

#include "remote-run/ExecutorAddr.h"

#include <link.h>

namespace remoterun::executor {

/// What is to be the first begins its dynamic section with DT_DEBUG, as only
/// executables have it (gABI, "Dynamic Section"). Of the image in \p File, has
/// that lead to the dynamic linker's list. False where it has none.
bool completeExecutable(int File);

/// The image at \p Start, relocated, has this entry from now on.
void noteProgramEntry(link_map *Entry, ExecutorAddr Start);

/// Has the list's first entry tell of the program, with the executor's block of
/// thread-local variables as its own where \p OwnsBlock. Changes nothing where
/// the dynamic linker's entries are not as they are known to be, and where a
/// library finds modules in a way that the program cannot be told from the
/// executor by. Constructors may run afterwards.
void putProgramFirst(bool OwnsBlock);

/// After that, and once dlopen(3) has done with the program: has its own entry
/// tell of the executor.
void hideExecutorBehind();

/// The dynamic linker's own entry of the program, which it searches names in;
/// null for a program that is no image.
link_map *programEntry();

/// What a native program has as its entry; the same where it is not the first.
link_map *shownProgramEntry();

/// The name of the object whose program headers dl_iterate_phdr(3) tells, as
/// the dynamic linker knows the object by its addresses.
const char *nameOfObject(const dl_phdr_info &Object);

} // namespace remoterun::executor

#endif
