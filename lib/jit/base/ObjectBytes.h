//===- ObjectBytes.h - The bytes of an object -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_OBJECTBYTES_H
#define REMOTERUN_JIT_BASE_OBJECTBYTES_H

#include "llvm/ADT/SmallVector.h"

namespace remoterun::jit {

/// A relocatable object.
using ObjectBytes = llvm::SmallVector<char, 0>;

} // namespace remoterun::jit

#endif
