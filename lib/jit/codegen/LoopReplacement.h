//===- LoopReplacement.h - Better code for a loop that runs -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Better code of a function is found by its next call. A loop of fast code that
// runs for long would not find it: so each time that it begins anew, it looks
// whether there is a continuation, a function that has all that the loop has
// computed as its arguments, and goes on from there to the function's end. That
// is on-stack replacement, but the frame stays: its variables are where their
// addresses say.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LOOPREPLACEMENT_H
#define REMOTERUN_JIT_CODEGEN_LOOPREPLACEMENT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace llvm {
class BasicBlock;
class Function;
class GlobalVariable;
class Value;
} // namespace llvm

namespace remoterun::jit {

/// The loops of one function, by numbers from 0 on: for the same IR always the
/// same, as long as nothing has changed the function.
class ReplaceableLoops {
public:
  explicit ReplaceableLoops(llvm::Function &F);

  size_t size() const { return Loops.size(); }
  /// No loop of the function is without a number.
  bool areAll() const { return AreAll; }
  /// None is that jumps to labels as values (LabelValues.h).
  bool areInterpreters() const { return AreInterpreters; }

  /// Makes fast code of it. Labels are numbers then, which mean the same in the
  /// continuation, where they are places. Has each loop say in the byte at \p
  /// Told, whenever it begins anew, which one it is (FirstTold and up), and
  /// call what its word in a table of that
  /// \p Table name has, unless that is null.
  void addChecks(llvm::GlobalVariable &Told, uint64_t Offset,
                 llvm::StringRef Table);
  /// Makes the function into its continuation from loop \p Number on, under
  /// its name; what calls the function itself calls \p Entry then. Only once,
  /// and only with the function alone in its module.
  void continueFrom(size_t Number, llvm::StringRef Entry);

  /// What a byte has for loop 0; less is for calls.
  static constexpr uint8_t FirstTold = 2;

private:
  void addCheck(size_t Number, llvm::Value *Told, llvm::GlobalVariable &Table);

  struct Loop {
    llvm::BasicBlock *Header;
    /// What is computed when it begins anew, and used from there on.
    llvm::SmallVector<llvm::Value *, 16> Live;
  };

  llvm::Function &F;
  std::vector<Loop> Loops;
  bool AreAll = true, AreInterpreters = true;
};

} // namespace remoterun::jit

#endif
