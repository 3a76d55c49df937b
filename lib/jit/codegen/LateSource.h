//===- LateSource.h - What late functions are compiled from -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LATESOURCE_H
#define REMOTERUN_JIT_CODEGEN_LATESOURCE_H

#include "jit/codegen/CodeGenerator.h"
#include "jit/codegen/LatePlan.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Module.h"

#include <memory>

namespace remoterun::jit {

/// Follows a function's name in the symbol of its code: the name itself is that
/// of the entry, for all who refer to the function.
inline constexpr llvm::StringLiteral LateBody = "\1late";

/// A function alone, as a module that is compiled. Nobody else has its context
/// meanwhile.
class LateModule {
public:
  /// \p Context owns the context that \p M is in.
  LateModule(std::shared_ptr<void> Context, std::unique_ptr<llvm::Module> M)
      : Context(std::move(Context)), M(std::move(M)) {}

  llvm::Module &operator*() const { return *M; }

private:
  std::shared_ptr<void> Context;
  std::unique_ptr<llvm::Module> M;
};

/// The units of a plan, function by function. Any thread may ask.
class LateSource {
public:
  LateSource() = default;
  LateSource(const LateSource &) = delete;
  LateSource &operator=(const LateSource &) = delete;
  virtual ~LateSource() = default;

  /// A module of the function of this \p Number alone, as bitcode: its symbol
  /// is NAME + LateBody.
  virtual Expected<ObjectBytes> bitcodeOf(uint32_t Number,
                                          const PlannedFunction &Function) = 0;
  /// The same to be compiled.
  virtual Expected<LateModule> moduleOf(uint32_t Number,
                                        const PlannedFunction &Function);
  /// What compiles functions of the unit that the function of this \p Number is
  /// of.
  virtual Expected<CodeGenerator>
  generatorFor(uint32_t Number, const PlannedFunction &Function) = 0;
  /// One step towards less memory, for when nobody waits; false, if that was
  /// the last. \p Plan is that of the units.
  virtual bool shrink(const LatePlan &Plan) {
    static_cast<void>(Plan);
    return false;
  }
  /// Has all in memory after this, so that no descriptor is needed.
  virtual void readAll() {}
};

} // namespace remoterun::jit

#endif
