//===- ProgramSymbols.h - Who defines and who needs what --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Symbol resolution over all objects before any of them is loaded, by the
// rules of a static linker (ELF gABI, "Symbol Table"): RuntimeDyld resolves
// object by object, and would let a later strong definition come too late.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_PROGRAMSYMBOLS_H
#define REMOTERUN_JIT_OBJECT_PROGRAMSYMBOLS_H

#include "jit/object/BitcodeSymbols.h"
#include "jit/object/DuplicateSymbols.h"
#include "jit/object/ProgramObject.h"
#include "jit/object/SharedLibrary.h"
#include "jit/object/Symbol.h"
#include "jit/object/SymbolRules.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Allocator.h"

#include <functional>
#include <string>
#include <vector>

namespace remoterun::jit {

class ProgramSymbols {
public:
  /// A name that is referred to and not defined.
  struct Undefined {
    bool IsWeak = true; ///< Every reference is weak.
  };

  /// Names the file of a symbol that the compiled IR defines.
  using FileNaming = std::function<std::string(llvm::StringRef)>;
  explicit ProgramSymbols(FileNaming FileOfIR = nullptr)
      : ProgramSymbols(std::move(FileOfIR), noRules()) {}
  /// \p Rules must outlive this.
  ProgramSymbols(FileNaming FileOfIR, const SymbolRules &Rules);

  /// Adds an object's symbols. Fails where they cannot be read.
  Expected<void> add(const ProgramObject &Object);
  /// Fails where something was defined again, naming all such symbols.
  Expected<void> checkUnique() const { return Duplicates.check(); }
  /// Before add(): some of these are of IR, where what is wrapped has its name
  /// already. What they define is referred to by their own parts alone.
  Expected<void> expectCompiled(llvm::ArrayRef<ProgramObject> Objects);
  /// Counts in a shared library: it is linked against, or only \p IfNeeded,
  /// which is if it defines what is wanted and no library before it has (GNU
  /// ld's manual, "--as-needed").
  void meet(const std::string &Library, bool IfNeeded);
  /// Whether that is linked against, after settle().
  bool isLinked(llvm::StringRef Library) const;
  /// After the last add(): defines what --defsym does, and finds out what is
  /// exported.
  Expected<void> settle();
  /// After that: defines, unless an input does, a place in a section of an
  /// object, for the libraries that refer to the name.
  void defineForLibraries(const std::string &Name, size_t Object,
                          uint64_t Section, uint64_t Offset);
  /// After settle(): whether plug-ins and dlsym(3) shall find what start files
  /// or the linker define as \p Name, and no input does.
  bool exportsForStartFiles(llvm::StringRef Name, bool IsVariable) const;
  /// Adds what will be an object, \p Name, once it is compiled. In IR that
  /// \p IsWrapped, names have the meaning that --wrap gives them already.
  void addBitcode(std::string Name, llvm::ArrayRef<BitcodeSymbol> Its,
                  bool IsWrapped);
  /// Counts an object whose symbols are not to be had.
  void skip();
  /// Declares a need that no object shows.
  void require(const std::string &Name);

  const Symbol *find(llvm::StringRef Name) const;
  bool isDefinedStrongly(llvm::StringRef Name) const;
  bool isDefinedAsCommon(llvm::StringRef Name) const;
  /// Some reference that is not weak has no definition.
  bool isWanted(llvm::StringRef Name) const;
  /// What is still undefined, in the order of first reference.
  std::vector<std::pair<std::string, Undefined>> undefined() const;
  /// Every reference to \p Name is weak.
  bool isWeak(llvm::StringRef Name) const;
  /// The same, and it is no other component's: some reference has another
  /// visibility than the default (gABI, "Symbol Visibility").
  bool isWeakAndOwn(llvm::StringRef Name) const;

  /// What the name of an undefined symbol of an object stands for.
  llvm::StringRef meaningOf(size_t Object, llvm::StringRef Name) const;

  /// Whether a section of an object is no part of the program, because it is of
  /// a group of which another object had one before (gABI, "Section Groups":
  /// GRP_COMDAT).
  bool isDiscarded(size_t Object, uint64_t Section) const;

  /// Calls \p Visit for every definition, in the order of the first of a name.
  void forEach(
      llvm::function_ref<void(llvm::StringRef, const Symbol &)> Visit) const;

private:
  struct LibraryFile {
    std::string Path;
    bool IsLinked = false;
  };

  static const SymbolRules &noRules();
  Expected<void> assign(const SymbolRules::Assignment &Wanted);
  bool refersToPlugIns() const;
  void linkIfNeeded(LibraryFile &Library);
  std::vector<std::string> neededByLibraries() const;
  void agreeWith(const DynamicSymbol &Other);
  void makeRoomFor(const DynamicSymbol &Other);
  void define(llvm::StringRef Name, SymbolDefinition New);
  void define(llvm::StringMapEntry<Symbol> &Entry, const SymbolDefinition &New);
  void defineVersions(llvm::StringRef Name, SymbolDefinition New);
  void hideUnversioned(llvm::StringRef Versioned);
  void refer(llvm::StringRef Name, bool IsWeak);
  template <typename ELFT> llvm::Error addObject(const ProgramObject &Object);
  std::string fileOf(llvm::StringRef Name, size_t Object) const;

  FileNaming FileOfIR;
  const SymbolRules *Rules;

  /// There may be as many as there are functions: all are in a few blocks of
  /// memory, in the order in which they were met.
  llvm::StringMap<Symbol, llvm::BumpPtrAllocator> Symbols;
  std::vector<llvm::StringRef> ReferenceOrder; ///< Keys of Symbols.
  /// Of those that are defined, with no name twice.
  std::vector<llvm::StringMapEntry<Symbol> *> DefinitionOrder;
  /// Of groups, by their signatures.
  llvm::StringSet<> Groups;
  struct InputObject {
    std::string Name;
    bool IsCompiled = false;
    bool IsCompiledIR = false;
    llvm::BitVector Discarded; ///< Of its sections; empty if there are none.
  };
  std::vector<InputObject> Objects;
  llvm::StringSet<> WrappedAndCompiled; ///< Which compiled IR defines.
  DuplicateSymbols Duplicates;
  std::vector<LibraryFile> Libraries;
  llvm::StringSet<> InLibraries; ///< Of what is wanted.
};

} // namespace remoterun::jit

#endif
