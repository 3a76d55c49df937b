//===- ForeignInput.h - Files that are no LLVM IR ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's readers say where they stumbled. A person who has named a wrong file
// needs to hear what that file is, and what makes IR of it. Nothing here is
// asked about a file that can be read.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_FOREIGNINPUT_H
#define REMOTERUN_JIT_OBJECT_FOREIGNINPUT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <string>

namespace remoterun::jit {

/// What the first bytes of \p Input say that it is, if that is not LLVM IR, and
/// the way out; empty for what LLVM may try to read. Looks at a few bytes only,
/// if it is IR.
std::string describeForeignFile(llvm::MemoryBufferRef Input);

/// What the text \p Input, which LLVM could not parse, looks like, and the way
/// out; empty for IR and for what cannot be told.
std::string describeForeignText(llvm::MemoryBufferRef Input);

/// Of IR that LLVM could not read: a sentence on who made it and what to do, if
/// another version of LLVM did; empty otherwise.
std::string describeOtherVersion(llvm::MemoryBufferRef Input);

} // namespace remoterun::jit

#endif
