//===- BlockFolder.h - Where a far end keeps blocks -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SUPERVISOR_BLOCKFOLDER_H
#define REMOTERUN_EXECUTOR_SUPERVISOR_BLOCKFOLDER_H

#include <string_view>

namespace remoterun::executor {

/// The folder \p Asked, or else the one that this process's environment leads
/// to (XDG Base Directory Specification), with the folders above that made. A
/// path from the root, there for good; null where nothing says where. It may
/// not exist.
const char *findBlockFolder(std::string_view Asked);

/// Removes the oldest of what is there.
void pruneBlocks(const char *Folder);

} // namespace remoterun::executor

#endif
