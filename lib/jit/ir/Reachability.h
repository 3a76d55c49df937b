//===- Reachability.h - Only what the program can get to --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program uses little of a large library. Modules are read lazily (LLVM's
// GVMaterializer); what nothing reachable refers to is neither read, verified
// nor compiled. To the program it makes no difference: what a native link
// would keep for the loader, for native objects or for assembly, is a root.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_REACHABILITY_H
#define REMOTERUN_JIT_IR_REACHABILITY_H

#include "jit/object/SymbolRules.h"
#include "remote-run/Failure.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/GlobalValue.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace llvm {
class Constant;
class Function;
class InlineAsm;
class Module;
} // namespace llvm

namespace remoterun::jit {

/// What of a program is kept whether or not its code refers to it.
struct Roots {
  std::string Entry;
  /// Symbols that something beside the IR turned out to refer to: libraries, or
  /// what code generation made of the IR. Local ones count, for assembly.
  std::vector<std::string> Names;
  /// There are native inputs, which may refer to any definition.
  bool EveryExport = false;
  /// Bodies that only an optimizer needs (available_externally).
  bool ForOptimizer = false;
  /// Who may find what it defines; null for nobody but native inputs.
  const SymbolRules *Rules = nullptr;
};

/// Definitions that were left out, by their symbols' names.
struct LeftOutSymbols {
  std::vector<std::string> All;
  /// Those that a native executable would have offered to its libraries.
  std::vector<std::string> Offered;
  /// Definitions of bitcode in archives that does not belong to the program: a
  /// weak reference is no reason that it should.
  std::vector<std::string> InArchives;
};

/// Reads bodies for Reachability in its place, and leaves them out of the
/// module.
class BodyReader {
public:
  struct Body {
    llvm::ArrayRef<llvm::GlobalValue *> References;
    llvm::ArrayRef<std::string> Assembly; ///< In line.
  };

  virtual ~BodyReader() = default;
  /// \p F is to be read, which nobody has wanted before.
  virtual void want(llvm::Function &F) = 0;
  /// What was read of what is wanted, each once and in any order; nothing,
  /// where that is all, or one cannot be read.
  virtual std::optional<Body> next() = 0;
};

/// Finds out what is reachable in modules that will be linked together, and
/// takes away the rest. Definitions of one name count as one.
class Reachability {
public:
  /// \p Reader reads the functions; without, they are read into the modules.
  explicit Reachability(llvm::ArrayRef<llvm::Module *> Modules,
                        BodyReader *Reader = nullptr);

  /// Reads everything that is reachable from \p Kept. Fails where a body cannot
  /// be read.
  llvm::Error findFrom(const Roots &Kept);

  /// Makes the rest into declarations, or removes it, and finishes the reading
  /// of the modules, but for functions that a BodyReader has read.
  llvm::Expected<LeftOutSymbols> prune();

  /// Of the modules, the number of the one that a failure was in.
  size_t failedModule() const { return Current; }

private:
  void addRootsOf(llvm::Module &M, const Roots &Kept);
  void addExports(const ExportRules &Exports);
  llvm::Error visitPending();
  bool reachNextBody();
  void reach(llvm::GlobalValue &Value);
  void reachName(llvm::StringRef Name);
  void reachOperand(llvm::Constant &Operand);
  void reachAnyNamed(llvm::StringRef Symbol);
  void reachAssembly(llvm::StringRef Text);
  llvm::Error visit(llvm::GlobalValue &Value);
  void visitBody(llvm::Function &F);
  bool isKept(const llvm::GlobalValue &Value) const;

  llvm::ArrayRef<llvm::Module *> Modules;
  BodyReader *Reader;
  bool ForOptimizer = false;
  bool LoadsPlugIns = false; ///< Or something reachable may.
  size_t Current = 0;
  /// All definitions, those that are local to a module included, by their
  /// symbols' names.
  llvm::StringMap<llvm::SmallVector<llvm::GlobalValue *, 1>> Definitions;
  llvm::DenseSet<const llvm::GlobalValue *> Reached;
  llvm::DenseSet<const llvm::Constant *> Seen; ///< Other constants.
  llvm::SmallVector<llvm::GlobalValue *, 64> Pending;
};

} // namespace remoterun::jit

#endif
