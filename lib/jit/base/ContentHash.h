//===- ContentHash.h - By what contents are known ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_CONTENTHASH_H
#define REMOTERUN_JIT_BASE_CONTENTHASH_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorOr.h"

#include <string>

namespace remoterun::jit {

/// The bytes of a hash (BLAKE3) of \p Contents.
std::string hashOf(llvm::StringRef Contents);

/// That of the contents of \p File, in less time than it takes to have them:
/// they are read through a small buffer. Reads to the end of a pipe.
llvm::ErrorOr<std::string> hashOfFile(const std::string &File);
/// The same, from where the descriptor \p File is to the end.
llvm::ErrorOr<std::string> hashOfOpenFile(int File);

} // namespace remoterun::jit

#endif
