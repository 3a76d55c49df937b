//===- FileScope.h - What code means by names of its object -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// IR can be merged, and cut, because it names what it refers to. Assembly is
// text: a name in it is what the object has under it, be it static, a label or
// a macro. And code generation calls functions by name that IR does not
// mention, which are the object's own where it has some of that name.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_FILESCOPE_H
#define REMOTERUN_JIT_IR_FILESCOPE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

namespace llvm {
class Module;
}

namespace remoterun::jit {

/// Calls \p Visit with each word of assembly that could be a symbol.
void forEachAssemblyWord(llvm::StringRef Text,
                         llvm::function_ref<void(llvm::StringRef)> Visit);

/// Whether \p M has to become one object, with nothing of other modules in it
/// and nothing missing: assembly of it, the module's or that of functions,
/// defines symbols or names local ones, it has a local symbol that bears the
/// name of a function that code generation calls (llvm/IR/RuntimeLibcalls.h),
/// or a variable that is an entry of a list of constructors, by its section.
///
/// Where it has none, \p Instructions is the number of its instructions, if
/// that is wanted: whoever looks at all of a large program does so once.
bool hasFileScope(const llvm::Module &M, size_t *Instructions = nullptr);

/// The words in the assembly of functions of \p M that could be symbols.
llvm::StringSet<> wordsOfInlineAssembly(const llvm::Module &M);

} // namespace remoterun::jit

#endif
