//===- Ownership.h - Whose work a file is -----------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a cache keeps is run with all rights of the user, who never looks at it:
// nobody else may have written it. The rules are those of sshd_config(5)'s
// StrictModes, and of temporary folders in addition.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CACHE_OWNERSHIP_H
#define REMOTERUN_JIT_CACHE_OWNERSHIP_H

#include <string>

struct stat;

namespace remoterun::jit {

/// Why somebody else than the effective user may have written what is in the
/// file \p Path, of which \p Status is, as a sentence; empty if nobody may.
std::string whyForeign(const std::string &Path, const struct stat &Status);

enum class FolderOwner {
  User,         ///< The effective user alone may write to it.
  UserOrSystem, ///< It may as well be the system's, as /tmp is.
};

/// Why somebody else may have put files into \p Folder, or another folder in
/// its place; empty if nobody may. Symbolic links are followed, and everything
/// above belongs to the user or to the system, and is written to by nobody else
/// (or is sticky, so that nobody else may rename what is in it). Of what does
/// not exist yet, the folders that do are looked at.
std::string whyForeignFolder(const std::string &Folder, FolderOwner Allowed);

} // namespace remoterun::jit

#endif
