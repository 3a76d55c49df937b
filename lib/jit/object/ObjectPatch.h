//===- ObjectPatch.h - What RuntimeDyld would get wrong ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_OBJECTPATCH_H
#define REMOTERUN_JIT_OBJECT_OBJECTPATCH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace remoterun::jit {

/// RuntimeDyld allocates and clears every SHT_NOBITS section in this process.
/// Large ones become a few bytes; \p TrueSizes gets what they were, by section
/// index. Symbols beyond the new end keep their values.
llvm::Error shrinkZeroSections(llvm::MutableArrayRef<char> Object,
                               llvm::DenseMap<uint64_t, uint64_t> &TrueSizes);

} // namespace remoterun::jit

#endif
