//===- LatePlan.h - Which functions are compiled when called ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A large program calls few of its functions at first. So its data is compiled
// at once, and most functions when they are called, or when a processor is
// idle: those are late. A few are not, for reasons that LatePlan.cpp has.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LATEPLAN_H
#define REMOTERUN_JIT_CODEGEN_LATEPLAN_H

#include "jit/base/OnDemand.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/GlobalValue.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace remoterun::jit {

struct UnreadBodies;

/// A late function that another one calls.
struct LateCallee {
  uint32_t Function = 0;
  float Chance = 0; ///< That it does, when it is called itself.
};

/// By its number, the index in LatePlan::Functions.
struct PlannedFunction {
  std::string Name; ///< In the IR; the symbol is that without "\1".
  uint32_t Unit = 0;
  bool IsWeak = false;
  llvm::GlobalValue::VisibilityTypes Visibility =
      llvm::GlobalValue::DefaultVisibility;
  bool IsInCycle = false;      ///< It may call itself, by few others or none.
  bool IsCalledOnce = false;   ///< For certain, unless by its address.
  bool IsCalledWidely = false; ///< By its name, from many places.
  uint32_t Weight = 0;         ///< Instructions of IR.
  std::vector<LateCallee> Callees = {}; ///< Each once.

  llvm::StringRef symbol() const {
    return llvm::GlobalValue::dropLLVMManglingEscape(Name);
  }
};

/// A symbol that late code may refer to and its unit does not define.
struct OutsideSymbol {
  std::string Name;
  bool IsWeak = false;
};

/// A unit that late functions are of.
struct LateUnit {
  std::string Name; ///< For diagnostics.
  /// See CodeGenerator::mayBeFaster().
  bool MayBeFaster = false;
  bool HasDebugInfo = false; ///< Lines of source.
};

/// What units had before late functions were taken from them: by this, memory
/// for these is measured.
struct LateExtent {
  size_t Functions = 0, Instructions = 0;

  bool contains(const LateExtent &Other) const {
    return Other.Functions <= Functions && Other.Instructions <= Instructions;
  }
  bool isSame(const LateExtent &Other) const {
    return contains(Other) && Other.contains(*this);
  }
};

struct LatePlan {
  LateExtent Extent;
  /// A debugger is told of each function. Known to who divides the program, as
  /// what the cache has is under another key.
  bool IsDebugged = false;
  std::vector<PlannedFunction> Functions;
  std::vector<OutsideSymbol> Outside;
  /// What units define that is not late, and late code refers to.
  std::vector<std::string> Inside;
  std::vector<LateUnit> Units; ///< As many as the program has.
  /// Late functions that run before the program's entry, in the order of the
  /// units. Known to who has divided the program; the cache keeps none.
  std::vector<uint32_t> Constructors;
  /// Late functions with LabelValues, ascending; the same.
  std::vector<uint32_t> Interpreters;

  size_t instructionCount() const {
    size_t Count = 0;
    for (const PlannedFunction &Each : Functions)
      Count += Each.Weight;
    return Count;
  }
};

/// A plan, all of which is read when it is needed: a run that calls what
/// earlier ones have called needs no more than numbers.
struct PlanOnDemand {
  LateExtent Extent;
  size_t Functions; ///< How many are late.
  OnDemand<LatePlan> All;

  explicit PlanOnDemand(std::shared_ptr<const LatePlan> Plan)
      : Extent(Plan->Extent), Functions(Plan->Functions.size()),
        All(std::move(Plan)) {}
  PlanOnDemand(const LateExtent &Extent, size_t Functions,
               OnDemand<LatePlan>::Reader Read)
      : Extent(Extent), Functions(Functions), All(std::move(Read)) {}
};

/// How many instructions \p M has, if some of it may be compiled later than the
/// rest.
std::optional<size_t> divisibleInstructions(const llvm::Module &M);

/// Adds to \p Plan what of \p M, the unit of number \p Unit, is late. What of
/// it was local, and late code refers to, gets a name for all units. The
/// program starts with \p Entry. Returns a module of the late functions, for
/// LateBodies; in \p M, there are declarations of them. Of the functions of \p
/// Unread, which may be null, those that are late have no body in either
/// module. Fails where one that is not late cannot be read.
llvm::Expected<std::unique_ptr<llvm::Module>>
divideLate(llvm::Module &M, uint32_t Unit, llvm::StringRef Entry,
           UnreadBodies *Unread, LatePlan &Plan);

} // namespace remoterun::jit

#endif
