//===- CodePipeline.h - The passes from IR to objects -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_CODEPIPELINE_H
#define REMOTERUN_JIT_CODEGEN_CODEPIPELINE_H

#include "jit/base/ObjectBytes.h"

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>
#include <memory>
#include <string>

namespace llvm {
class MCContext;
class TargetMachine;
} // namespace llvm

namespace remoterun::jit {

/// Compiles one module after the other, of whatever contexts. To be made costs
/// it as much as a small function (0.1 ms without optimization).
class CodePipeline {
public:
  /// Null where \p Machine, which has to live as long, cannot emit objects. \p
  /// FunctionDone is called for each function that was compiled; it may be
  /// null.
  static std::unique_ptr<CodePipeline>
  create(llvm::TargetMachine &Machine, std::function<void()> FunctionDone,
         bool FindsIncludedFiles);
  CodePipeline(const CodePipeline &) = delete;
  CodePipeline &operator=(const CodePipeline &) = delete;

  /// Uses up \p M. After an error, which its context's diagnostic handler is
  /// told, the object is of no use, and nothing more is to be compiled.
  ObjectBytes run(llvm::Module &M);
  /// Of what was compiled last (CodeGenerator::includedFile()).
  const std::string &includedFile() const { return IncludedFile; }

private:
  CodePipeline() : Stream(Object) {}

  ObjectBytes Object;
  llvm::raw_svector_ostream Stream;
  llvm::MCContext *Context = nullptr;
  std::string IncludedFile;
  llvm::legacy::PassManager Passes;
};

} // namespace remoterun::jit

#endif
