//===- LateDeclaration.h - Late functions without bodies --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LATEDECLARATION_H
#define REMOTERUN_JIT_CODEGEN_LATEDECLARATION_H

namespace llvm {
class DISubprogram;
class Function;
class Module;
} // namespace llvm

namespace remoterun::jit {

/// Whether \p F has debug information with types and variables.
bool isDescribed(const llvm::Function &F);

/// \p Its, which may define, as what declares: a debugger finds values by what
/// callers have passed, and has to know whom an optimized call calls.
llvm::DISubprogram *declarationOf(llvm::DISubprogram &Its);

/// Of \p F, which is late, leaves a declaration. The body goes to \p Bodies,
/// from where it goes on referring to globals of F's module, which only
/// LateBodies may look at; or it is unread, and can be read after this as well.
void leaveDeclaration(llvm::Function &F, llvm::Module &Bodies);

} // namespace remoterun::jit

#endif
