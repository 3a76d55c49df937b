//===- UnitReader.h - A module that is read function by function *- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_UNITREADER_H
#define REMOTERUN_JIT_CODEGEN_UNITREADER_H

#include "jit/base/LlvmErrors.h"
#include "jit/codegen/CodeGenerator.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ValueHandle.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

/// What a unit has become since it was read, for others that are read from the
/// same file.
struct UnitTerms {
  struct Global {
    std::string Name;
    bool IsLocal = false; ///< To the module.
    llvm::GlobalValue::VisibilityTypes Visibility =
        llvm::GlobalValue::DefaultVisibility;
    bool IsNear = false; ///< See GlobalValue::isDSOLocal().
  };
  /// By number; nothing for what is not there any more.
  std::vector<std::optional<Global>> Globals;
  CodeGenOptions Options; ///< Those of CodeGenerator::create().
  llvm::PIELevel::Level Pie = llvm::PIELevel::Default;

  /// Those of \p M, whose globals were \p Globals when it was read.
  UnitTerms(const llvm::Module &M, llvm::ArrayRef<llvm::WeakVH> Globals,
            CodeGenOptions Options);
};

/// A module in a context of its own, of which bodies are read as they are
/// wanted and as often. For one thread at a time.
class UnitReader {
public:
  /// What globals are called by in all modules that are read from one file.
  using Number = uint32_t;

  /// Null, where LLVM cannot read it. \p Bitcode has to live as long as this.
  static std::unique_ptr<UnitReader> open(llvm::MemoryBufferRef Bitcode);

  llvm::Module &module() { return *M; }
  llvm::GlobalValue *global(Number Its) const { return Globals[Its]; }
  /// Nothing for what has come into the module since it was opened.
  std::optional<Number> numberOf(const llvm::GlobalValue *Value) const;

  /// Reads the body of \p F, if that is not there.
  llvm::Error read(llvm::Function &F);
  /// Gives up the body, which can be read again.
  static void drop(llvm::Function &F);

  /// LLVM has said something since this was opened, or listens() was called.
  bool hasDiagnostics() const;
  /// Takes the context's diagnostics, whoever had them.
  void listens();

  /// Makes the module into what \p Terms say, once; false, where that cannot
  /// be.
  bool agree(const UnitTerms &Terms);

private:
  UnitReader() = default;

  llvm::LLVMContext Context;
  DiagnosticCollector Diagnostics;
  std::unique_ptr<llvm::Module> M;
  std::vector<llvm::GlobalValue *> Globals;
  llvm::DenseMap<const llvm::GlobalValue *, Number> Numbers;
  bool HasAgreed = false;
};

/// Readers of one unit, which any thread may borrow.
class UnitReaders {
public:
  /// They read from \p Bitcode.
  UnitReaders(std::shared_ptr<llvm::MemoryBuffer> Bitcode,
              std::vector<std::unique_ptr<UnitReader>> Idle, UnitTerms Terms)
      : Bitcode(std::move(Bitcode)), Terms(std::move(Terms)),
        Idle(std::move(Idle)) {}

  /// One that agrees with the unit, which comes back when it is let go; null,
  /// where none is left. \p All has to be this.
  static std::shared_ptr<UnitReader>
  borrow(const std::shared_ptr<UnitReaders> &All);
  /// Lets all go; those that are lent, when they come back.
  void close();

private:
  void giveBack(std::unique_ptr<UnitReader> Its);

  const std::shared_ptr<llvm::MemoryBuffer> Bitcode;
  const UnitTerms Terms;
  std::mutex Guard;
  std::vector<std::unique_ptr<UnitReader>> Idle; ///< Under Guard.
  bool IsClosed = false;                         ///< The same.
};

} // namespace remoterun::jit

#endif
