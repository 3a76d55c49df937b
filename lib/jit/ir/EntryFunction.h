//===- EntryFunction.h - The function that the program starts with *- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_ENTRYFUNCTION_H
#define REMOTERUN_JIT_IR_ENTRYFUNCTION_H

#include "controller/Failure.h"

#include <string>

namespace llvm {
class Module;
}

namespace remoterun::jit {

/// Checks the entry function's signature and makes it findable, if the module
/// defines it. Fails for one that main's caller could not call.
Expected<void> prepareEntry(llvm::Module &M, const std::string &Entry);

} // namespace remoterun::jit

#endif
