//===- Partition.h - One module in parts that compile apart -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module that takes long to compile is cut into parts, for several threads
// and so that an edit changes one part of many. A function belongs to the part
// that its name selects; variables that several parts use belong to the first.
// What is local to the module and used across parts gets a name for all of
// them. How a module is cut depends on nothing but the module.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_PARTITION_H
#define REMOTERUN_JIT_CODEGEN_PARTITION_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class GlobalVariable;
class Module;
} // namespace llvm

namespace remoterun::jit {

struct PartitionPlan {
  /// Stands for a copy in every part that uses the value.
  static constexpr uint8_t WhereUsed = UINT8_MAX;

  unsigned Count = 1;
  /// The part of each value, in the order of Module::global_values().
  std::vector<uint8_t> Owners;
  /// Instructions in each part.
  std::vector<size_t> Weights;
  size_t FunctionCount = 0;
};

/// Instructions that are worth a part of their own: a quarter of a second.
constexpr size_t DefaultPartWeight = 8192;

/// Decides how \p M is to be cut, into parts of \p PartWeight instructions
/// while these are few parts, and of more when they become many. If that is
/// into more than one part, makes the module's local symbols fit for it, among
/// those of other units of the program: \p M is the one of \p UnitNumber. The
/// module must have no COMDATs: their members may come into several parts.
PartitionPlan planPartitions(llvm::Module &M, size_t PartWeight,
                             size_t UnitNumber);

/// Whether \p M has to stay whole, since it means places of one file.
bool dependsOnFile(const llvm::Module &M);

/// Whether nobody can tell copies of \p Variable from one another.
bool isCopyable(const llvm::GlobalVariable &Variable);

/// One part of the module of \p Plan, as a module of its own. \p Bitcode is
/// that module as bitcode, of which only the part's function bodies are read.
llvm::Expected<std::unique_ptr<llvm::Module>>
extractPartition(llvm::StringRef Bitcode, const PartitionPlan &Plan,
                 unsigned Number, llvm::LLVMContext &Context);

} // namespace remoterun::jit

#endif
