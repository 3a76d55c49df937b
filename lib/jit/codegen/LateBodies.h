//===- LateBodies.h - The IR of late functions ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LATEBODIES_H
#define REMOTERUN_JIT_CODEGEN_LATEBODIES_H

#include "jit/codegen/LatePlan.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <memory>
#include <mutex>
#include <vector>

namespace remoterun::jit {

/// Follows a function's name in the symbol of its code: the name itself is that
/// of the entry, for all who refer to the function.
inline constexpr llvm::StringLiteral LateBody = "\1late";

/// Takes the units apart, function by function, as somebody asks for them. Any
/// thread may; nobody else may use the units' context meanwhile.
class LateBodies {
public:
  /// \p Units are what divideLate() has made of \p Rest, all in \p Context;
  /// null for one that has no late functions.
  LateBodies(std::unique_ptr<llvm::LLVMContext> Context,
             std::vector<std::unique_ptr<llvm::Module>> Rest,
             std::vector<std::unique_ptr<llvm::Module>> Units, size_t Functions)
      : Context(std::move(Context)), Rest(std::move(Rest)),
        Units(std::move(Units)), Written(Functions) {}
  ~LateBodies();

  /// A module of the function of this \p Number alone, as bitcode: its symbol
  /// is NAME + LateBody. It is there as long as this is.
  llvm::ArrayRef<char> bitcodeOf(uint32_t Number,
                                 const PlannedFunction &Function);

  /// Keeps all threads from it.
  std::unique_lock<std::mutex> lock() { return std::unique_lock(Guard); }

private:
  std::mutex Guard;
  std::unique_ptr<llvm::LLVMContext> Context;
  std::vector<std::unique_ptr<llvm::Module>> Rest;
  std::vector<std::unique_ptr<llvm::Module>> Units; ///< Under Guard.
  std::vector<llvm::SmallVector<char, 0>> Written;  ///< By number; under Guard.
};

} // namespace remoterun::jit

#endif
