//===- Imports.h - What the dynamic linker binds ----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Libraries that are not part of the process yet are loaded with the program,
// as natively: the image names them (DT_NEEDED), and what refers to their
// definitions is left to the dynamic linker. It can put an address into a
// pointer; for everything else a linker of executables makes something nearby:
// a copy of a library's variable, which all then use, and a jump to a library's
// function (x86-64 psABI, "Copy Relocation", "Function Addresses").
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_IMPORTS_H
#define REMOTERUN_JIT_LINK_IMPORTS_H

#include "jit/link/JoinedProgram.h"
#include "jit/link/NearSymbols.h"
#include "jit/link/ThreadLocals.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// What is known of a symbol of a library that is not loaded.
struct ImportedSymbol {
  wire::SymbolKind Kind = wire::SymbolKind::Missing;
  uint64_t Size = 0;      ///< Of a variable, if it was asked for.
  uint64_t Alignment = 1; ///< The same.
  /// Of the definition, as a reference names it (LSB, "Version Requirements");
  /// both empty for none.
  std::string Library, Version;
  bool IsLoaded = false; ///< The library, before the program.
};
using ImportedSymbols = llvm::StringMap<ImportedSymbol>;

/// A relocation for the dynamic linker.
struct DynamicRelocation {
  ExecutorAddr Place;
  uint32_t Type = 0;
  size_t Import = 0; ///< Its number; or SIZE_MAX for none.
  int64_t Addend = 0;
};

/// Libraries that the dynamic linker has to load with the program.
struct NeededLibraries {
  std::vector<std::string> Names;
  std::string RunPath; ///< Directories to search for them; empty for none.

  bool empty() const { return Names.empty(); }
};

class Imports {
public:
  struct Import {
    std::string Name; ///< Without a version.
    ImportedSymbol Symbol;
    bool IsWeak = false;
  };

  Imports() = default;
  /// \p Names are what the program refers to of libraries that are \p Needed,
  /// in this order; \p Variables are those of thread-local ones.
  Imports(const Isa &Target, const ImportedSymbols &Names,
          NeededLibraries Needed, const ProgramSymbols &Symbols,
          const JoinedProgram &Program, const ThreadLocals &Variables);

  const std::vector<Import> &all() const { return All; }
  const NeededLibraries &needed() const { return Needed; }
  /// Whether a library defines the thread-local variable \p Name.
  bool hasThreadLocal(llvm::StringRef Name) const {
    return FoundThreadLocals.contains(Name);
  }

  /// Makes a section for each that must be near.
  void allocate(SectionMemory &Memory, const ThreadLocals &Variables);
  /// Once sections have addresses: fills them, and adds those of near symbols
  /// to \p Addresses.
  void redirect(SectionMemory &Memory, SymbolAddresses &Addresses) const;
  std::vector<DynamicRelocation>
  relocations(const SectionMemory &Memory, const ThreadLocals &Variables) const;
  /// At most as many as relocations() will be.
  size_t relocationCount() const {
    return Pointers.size() + Nearby.size() + ThreadLocalRelocations;
  }
  /// Variables that are not where their libraries have them.
  List<wire::Interpose::Copy> copies(const SectionMemory &Memory) const;
  /// A library's function that has its one address in the program.
  struct Function {
    std::string Reference; ///< As the program names it.
    size_t Import = 0;
  };
  /// Those that the image's own symbols tell, which have versions: the image
  /// comes before the library.
  std::vector<Function> functions() const;
  ExecutorAddr addressOf(llvm::StringRef Reference,
                         const SectionMemory &Memory) const;
  /// Adds the others, which the executable's symbols have to tell.
  void addFunctions(const SectionMemory &Memory,
                    List<wire::Interpose::Definition> &Made) const;

private:
  struct NearImport {
    size_t Import = 0;
    bool IsCopy = false;
    /// A jump of which nobody has the address.
    bool IsForCalls = false;
    std::string Name;                   ///< As the program refers to it.
    size_t Section = 0, SlotOfJump = 0; ///< Of sections(), once allocated.
  };

  /// Whether it is the one address of a function, for all who ask.
  static bool isAddress(const NearImport &Each) {
    return !Each.IsCopy && !Each.IsForCalls;
  }
  void addNearby(const JoinedProgram &Program,
                 const std::vector<size_t> &NumberOf);
  bool isToldByImage(const NearImport &Each) const {
    const ImportedSymbol &Symbol = All[Each.Import].Symbol;
    return isAddress(Each) && !Symbol.IsLoaded && !Symbol.Version.empty();
  }
  void addThreadLocals(const SectionMemory &Memory,
                       const ThreadLocals &Variables,
                       std::vector<DynamicRelocation> &Made) const;

  const Isa *Target = nullptr;
  std::vector<Import> All;
  llvm::StringSet<> FoundThreadLocals;
  NeededLibraries Needed;
  std::vector<NearImport> Nearby;
  /// Those that the dynamic linker applies; Name is a number in All.
  std::vector<JoinedProgram::OutsideReference> Pointers;
  llvm::StringMap<size_t> ThreadLocalImports; ///< Numbers in All.
  size_t ThreadLocalRelocations = 0;          ///< At most.
};

} // namespace remoterun::jit

#endif
