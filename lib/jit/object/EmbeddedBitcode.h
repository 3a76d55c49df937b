//===- EmbeddedBitcode.h - IR that an object carries ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_EMBEDDEDBITCODE_H
#define REMOTERUN_JIT_OBJECT_EMBEDDEDBITCODE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <optional>

namespace remoterun::jit {

/// A section that holds IR, in memory of the object's.
struct EmbeddedBitcode {
  llvm::StringRef Section;
  llvm::StringRef Contents;
};

/// What clang's -fembed-bitcode and -ffat-lto-objects have left in the ELF file
/// \p Input, in a section ".llvmbc" or ".llvm.lto"; nothing where there is
/// none, or no more than a mark (-fembed-bitcode-marker).
std::optional<EmbeddedBitcode> findEmbeddedBitcode(llvm::MemoryBufferRef Input);

} // namespace remoterun::jit

#endif
