//===- Structors.h - The order of constructors across modules ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A static linker runs one object's initializers after the other's: its section
// .init_array keeps each object's together, in the order of that object's
// sections. In one module linked from many they would be grouped anew, those of
// inline variables after all others.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_STRUCTORS_H
#define REMOTERUN_JIT_IR_STRUCTORS_H

#include <vector>

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace remoterun::jit {

/// Puts the constructors and destructors of \p M, which is about to be linked
/// with others, into the order in which its object's sections would have them.
void orderStructors(llvm::Module &M);

/// Once all are linked: keeps code generation from grouping them again.
void keepStructorOrder(llvm::Module &M);

/// Definitions among the constructors of \p M, in the order in which they run.
std::vector<llvm::Function *> constructorsOf(llvm::Module &M);

} // namespace remoterun::jit

#endif
