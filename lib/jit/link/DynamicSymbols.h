//===- DynamicSymbols.h - The symbols of an image ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the image has of libraries, and what they may have of it: .dynsym with
// its strings and its hash table, and the versions that it asks for (ELF gABI,
// "Dynamic Linking"; LSB, "Symbol Versioning").
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_DYNAMICSYMBOLS_H
#define REMOTERUN_JIT_LINK_DYNAMICSYMBOLS_H

#include "jit/link/BodySymbols.h"
#include "jit/link/Imports.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/BinaryFormat/ELF.h"

#include <string>
#include <vector>

namespace remoterun::jit {

class DynamicSymbols {
public:
  /// Where a definition of the program's is, or, without one, what the linker
  /// defines, or the place that a library's function has in the program.
  using AddressOf =
      llvm::function_ref<ExecutorAddr(llvm::StringRef, const Symbol *)>;

  /// For a program whose definitions are in \p Symbols, whose names must
  /// outlive it. The dynamic linker shall find those in \p Exported and those
  /// of the linker's own that are \p Bounds, whose names stay, too, and there
  /// shall be room for what is compiled of those in \p Late.
  DynamicSymbols(const ProgramSymbols &Symbols,
                 const llvm::StringSet<> &Exported,
                 llvm::ArrayRef<llvm::StringRef> Bounds,
                 const Imports &Imported, const llvm::StringSet<> &Late);

  /// Makes the sections.
  template <typename ELFT>
  void allocate(SectionMemory &Memory, uint64_t PageSize);
  /// Once they have addresses.
  BodySymbols bodySymbols(const SectionMemory &Memory) const;
  /// Fills them in, once everything is in place.
  template <typename ELFT>
  void write(SectionMemory &Memory, AddressOf Find) const;
  /// Calls \p Add with each entry of the dynamic section that is about them.
  template <typename ELFT>
  void
  describe(const SectionMemory &Memory,
           llvm::function_ref<void(int32_t Tag, uint64_t Value)> Add) const;
  size_t entryCount() const { return 9 + NeededNames.size(); }

  /// The number in .dynsym of the import of that number.
  static uint32_t numberOfImport(size_t Import) {
    return static_cast<uint32_t>(1 + Import);
  }

private:
  struct Export {
    llvm::StringRef Name;
    Symbol Found;
    uint32_t Hash = 0;
    uint32_t NameOffset = 0; ///< In Names.
    /// Of a library's function that has its address here (gABI, "Function
    /// Addresses"): as the program names it; and its version.
    std::string Reference = "";
    bool IsBound = false; ///< The linker defines it.
    uint16_t Version = llvm::ELF::VER_NDX_GLOBAL;
  };
  struct Import {
    uint32_t NameOffset = 0;
    uint8_t Binding = 0, Type = 0;
    uint64_t Size = 0;
    uint16_t Version = 0; ///< As .gnu.version has it.
  };
  struct Version {
    std::string Name;
    uint32_t NameOffset = 0;
    uint16_t Number = 0;
  };
  struct NeededVersions {
    std::string Library;
    uint32_t NameOffset = 0;
    std::vector<Version> Versions;
  };
  /// The numbers of their sections.
  struct Numbers {
    size_t Hash = 0, Symbols = 0, Strings = 0, Versions = 0, NeededVersions = 0;
  };

  uint32_t addName(llvm::StringRef Name);
  uint16_t versionFor(const ImportedSymbol &Symbol);
  void addExports(const ProgramSymbols &Symbols,
                  const llvm::StringSet<> &Exported,
                  llvm::ArrayRef<llvm::StringRef> Bounds,
                  const Imports &FromLibraries);
  size_t filterSize() const {
    return llvm::PowerOf2Ceil(std::max<size_t>(1, Exports.size() / 8));
  }
  /// How many there are, with what stands between.
  size_t count() const {
    return Late.empty() ? 1 + Imported.size() + Exports.size() : EndOfBodies;
  }
  template <typename ELFT> void writeHash(SectionMemory &Memory) const;
  template <typename ELFT> void writeVersions(SectionMemory &Memory) const;

  std::vector<Export> Exports;             ///< By bucket of the hash table.
  std::vector<BodySymbols::Function> Late; ///< Of Exports.
  /// The numbers of symbols for their code, which begin on the page of the
  /// section's at this offset.
  size_t FirstBody = 0, EndOfBodies = 0;
  uint64_t PageOfBodies = 0;
  std::vector<Import> Imported;
  std::vector<uint32_t> NeededNames; ///< Offsets in Names.
  uint32_t RunPath = 0;              ///< The same; 0 for none.
  std::vector<NeededVersions> Needs;
  uint16_t VersionCount = 0;
  uint32_t BucketCount = 1;
  std::string Names;
  Numbers Made;
};

} // namespace remoterun::jit

#endif
