//===- ObjectVerifier.h - Objects that can be linked ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RuntimeDyld believes what stands in an object, and ends the process over what
// it cannot do. What comes from a file is checked first.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_OBJECTVERIFIER_H
#define REMOTERUN_JIT_OBJECT_OBJECTVERIFIER_H

#include "jit/target/Isa.h"
#include "remote-run/Failure.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace remoterun::jit {

/// Checks that sections, symbols and relocations refer to what exists, and that
/// none needs what MCJIT cannot link. \p Name is the object's, for diagnostics.
Expected<void> verifyObject(llvm::ArrayRef<char> Object,
                            const std::string &Name, const Isa &Target);

} // namespace remoterun::jit

#endif
