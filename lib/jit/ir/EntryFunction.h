//===- EntryFunction.h - What the program starts with -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_ENTRYFUNCTION_H
#define REMOTERUN_JIT_IR_ENTRYFUNCTION_H

#include "remote-run/Failure.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace llvm {
class FunctionType;
class Module;
} // namespace llvm

namespace remoterun::jit {

/// Checks the entry function's signature and makes it findable, if the module
/// defines it; it may be an alias or an ifunc. Its type, or null where it is
/// not defined here. Fails for one that main's caller could not call.
Expected<const llvm::FunctionType *> prepareEntry(llvm::Module &M,
                                                  const std::string &Entry);

/// The one of \p Modules, to be linked as objects, whose definition of \p Entry
/// counts: a linker's choice, or else the first that is local to its module;
/// null where none defines it.
llvm::Module *moduleWithEntry(llvm::ArrayRef<llvm::Module *> Modules,
                              const std::string &Entry);

} // namespace remoterun::jit

#endif
