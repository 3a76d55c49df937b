//===- NativeMain.h - A main file that is no IR -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linker does not mind whether there is IR among its inputs. Where the main
// file is an object or an archive, an empty module stands in for it among what
// is compiled, and the file itself is linked as what it is.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_NATIVEMAIN_H
#define REMOTERUN_JIT_OBJECT_NATIVEMAIN_H

#include "llvm/Support/MemoryBufferRef.h"

#include <string>

namespace remoterun::jit {

/// How the main file is linked.
enum class NativeKind {
  None,    ///< It is IR, or nothing that can be linked.
  Object,  ///< As one of --extra-object.
  Archive, ///< As one of --extra-archive.
};

/// What \p File is; of an object that has IR in a section, nobody should ask.
NativeKind nativeKindOf(llvm::MemoryBufferRef File);

/// The text of a module that has nothing but the target of the object or
/// archive \p File. The empty text, which names none, where the file does not
/// tell of one that is supported: the linker finds out why.
std::string standInFor(llvm::MemoryBufferRef File);

} // namespace remoterun::jit

#endif
