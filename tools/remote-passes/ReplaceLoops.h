//===- ReplaceLoops.h - Every loop goes on elsewhere ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop of a program that is compiled while it runs is replaced when it was
// seen running for long (jit/codegen/LoopReplacement.h): few programs have one,
// and each time it is another. To try that on any program, this has loops
// replaced as soon as they begin:
//
//   remote-run --passes='replace-loops' prog.bc
//   remote-run --passes='replace-loops<1/3>' prog.bc
//
// The first is for all of them, of nested ones only for the outermost: their
// continuations are not replaced. The other is for those of each function whose
// number leaves 1 when it is divided by 3, so that inner ones have their turn.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_REMOTEPASSES_REPLACELOOPS_H
#define REMOTERUN_REMOTEPASSES_REPLACELOOPS_H

#include "llvm/IR/PassManager.h"

namespace llvm {
class GlobalVariable;
class PassBuilder;
} // namespace llvm

namespace remoterun {

class ReplaceLoops : public llvm::PassInfoMixin<ReplaceLoops> {
public:
  /// Makes the pass known to \p Builder by its name.
  static void registerIn(llvm::PassBuilder &Builder);

  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);

private:
  struct Choice {
    unsigned Rest = 0, Divisor = 1;

    bool has(size_t Loop) const { return Loop % Divisor == Rest; }
  };

  explicit ReplaceLoops(Choice Its) : Its(Its) {}
  void replace(llvm::Function &F, llvm::GlobalVariable &Told) const;

  Choice Its;
};

} // namespace remoterun

#endif
