//===- ObjectFileCache.h - lli's cache manager ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// lli's -enable-cache-manager keeps one compiled object per input file, under
// the file's own name. Unlike there, an object that was made from other IR, by
// other options or by another LLVM is never used.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CACHE_OBJECTFILECACHE_H
#define REMOTERUN_JIT_CACHE_OBJECTFILECACHE_H

#include <string>

namespace remoterun::jit {

/// Where the object of \p InputFile is kept (see KeyedFile.h):
/// \p Directory/<InputFile with suffix .o>, and never outside \p Directory.
std::string objectFileOf(const std::string &InputFile,
                         const std::string &Directory);

} // namespace remoterun::jit

#endif
