//===- LabelValues.h - Places in a function as values -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Interpreters jump to where a table says that an instruction's code is
// ("Labels as Values", GCC's manual). Those places are of one body of the
// function: if there may be two, nobody else is to learn where they are, and
// each has a table of its own.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LABELVALUES_H
#define REMOTERUN_JIT_CODEGEN_LABELVALUES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace llvm {
class BlockAddress;
class Function;
class GlobalVariable;
} // namespace llvm

namespace remoterun::jit {

bool hasLabelValues(const llvm::Function &F);

class LabelValues {
public:
  /// Of \p F; nothing where a place's address is used for more than to jump to
  /// it, by way of local, constant tables of such addresses or without, or
  /// where what has been read of the module has a use for such a table outside
  /// \p F.
  static std::optional<LabelValues> of(const llvm::Function &F);

  llvm::ArrayRef<llvm::GlobalVariable *> tables() const { return Tables; }

  /// Has them and the tables follow the body, which has been moved to \p Into.
  void follow(llvm::Function &Into);

private:
  llvm::SmallVector<llvm::BlockAddress *, 0> Values;
  llvm::SmallVector<llvm::GlobalVariable *, 1> Tables;
};

} // namespace remoterun::jit

#endif
