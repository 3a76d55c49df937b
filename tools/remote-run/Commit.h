//===- Commit.h - What this program was built from --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// cmake/Commit.cmake writes the definition, so that nothing else is compiled
// again after a commit.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_COMMIT_H
#define REMOTERUN_TOOLS_COMMIT_H

namespace remoterun {

/// "commit" and what `git describe` says, or that there was no git.
extern const char Commit[];

} // namespace remoterun

#endif
