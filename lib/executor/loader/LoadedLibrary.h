//===- LoadedLibrary.h - Libraries that are there already -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LOADEDLIBRARY_H
#define REMOTERUN_EXECUTOR_LOADER_LOADEDLIBRARY_H

namespace remoterun::executor {

/// A symbol of a library that is loaded under this file name; null where it is
/// not, or has none of that name. Not for ifuncs. Leaves the guest's malloc
/// alone, and may be asked while the dynamic linker relocates, when dlopen(3)
/// would initialise the library before its time.
void *findInLoadedLibrary(const char *FileName, const char *Symbol);

} // namespace remoterun::executor

#endif
