//===- Declaration.h - In the place of a definition -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_DECLARATION_H
#define REMOTERUN_JIT_IR_DECLARATION_H

namespace llvm {
class GlobalValue;
}

namespace remoterun::jit {

/// Leaves the name of \p Value, which another object defines. An alias or an
/// ifunc is gone then, and a declaration has its uses.
void makeDeclaration(llvm::GlobalValue &Value);

} // namespace remoterun::jit

#endif
