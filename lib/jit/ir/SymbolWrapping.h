//===- SymbolWrapping.h - --wrap, in modules --------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linker wraps what is undefined in an object. Modules that are linked as IR
// are one object in the end, and nothing in it tells any more which of them
// referred to the name without defining it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_SYMBOLWRAPPING_H
#define REMOTERUN_JIT_IR_SYMBOLWRAPPING_H

#include "jit/object/SymbolRules.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace llvm {
class Module;
}

namespace remoterun::jit {

/// Has what \p M refers to and does not define be what \p Rules wrap it with.
/// (The names of the real ones stand as they are: in the object, they are told
/// from what is still to be wrapped.) Reads all of a module that refers to such
/// a name.
llvm::Error wrapSymbols(llvm::Module &M, const SymbolRules &Rules);

/// Makes what \p M defines the program's alone, but for what one of \p Before
/// defines as well: of weak definitions, the first is what counts.
void hideDefinitions(llvm::Module &M,
                     llvm::ArrayRef<std::unique_ptr<llvm::Module>> Before);

} // namespace remoterun::jit

#endif
