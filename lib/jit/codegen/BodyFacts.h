//===- BodyFacts.h - What there is to know of a body ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which functions are late, and in which order they come, is decided by what is
// in all of them. That is gathered in one walk, after which a body need not be
// there any more.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_BODYFACTS_H
#define REMOTERUN_JIT_CODEGEN_BODYFACTS_H

#include "jit/codegen/LatePlan.h"
#include "jit/codegen/LateRuntime.h"
#include "jit/codegen/UnitReader.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"

#include <vector>

namespace llvm {
class MemoryBuffer;
} // namespace llvm

namespace remoterun::jit {

struct BodyFacts {
  /// Calls of one function by its name.
  struct Called {
    llvm::Function *Of = nullptr;
    float Chance = 0; ///< That there is one when the body runs.
    unsigned Places = 0;
  };

  bool IsLate = true;  ///< As far as it is up to the body.
  unsigned Weight = 0; ///< Instructions.
  bool MayWait = true; ///< It can be read when it is compiled, if it is late.
  std::vector<Called> Calls; ///< Each function once.
  /// What else refers to a function than calls, each time.
  std::vector<llvm::Function *> Taken;
  /// All that the body refers to, the functions above included, each once.
  std::vector<llvm::GlobalValue *> References;
  std::vector<OutsideSymbol> Runtime; ///< What only code generation calls.
  std::vector<std::string> Assembly;  ///< Of each statement that is not empty.
};

/// Gathers all of that, for functions of one module.
class BodyWalker {
public:
  explicit BodyWalker(const llvm::Module &M);

  BodyFacts walk(llvm::Function &F) const;

private:
  llvm::ArrayRef<llvm::StringLiteral> Plain; ///< Assembly that may be late.
  LateRuntime Runtime;
};

/// The functions of a unit whose bodies are still in its file, from which the
/// module reads each when it is materialized. Until divideLate(), a variable of
/// the unit refers to all that they refer to.
struct UnreadBodies {
  static constexpr llvm::StringLiteral References =
      "remote-run.references-of-unread";

  llvm::DenseMap<const llvm::Function *, BodyFacts> Of;
  /// What the module reads from.
  std::shared_ptr<llvm::MemoryBuffer> Bitcode;
  /// Others that have read from it, without bodies.
  std::vector<std::unique_ptr<UnitReader>> Readers;
  /// Those of the module when it was read, by their numbers.
  std::vector<llvm::WeakVH> Globals;

  size_t instructionCount() const {
    size_t Count = 0;
    for (const auto &[F, Its] : Of)
      Count += Its.Weight;
    return Count;
  }
};

} // namespace remoterun::jit

#endif
