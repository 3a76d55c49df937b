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

#include <string>
#include <vector>

namespace remoterun::jit {

/// What is known of a symbol of a library that is not loaded.
struct ImportedSymbol {
  wire::SymbolKind Kind = wire::SymbolKind::Missing;
  uint64_t Size = 0; ///< Of a variable, if it was asked for.
  /// Of the definition, as a reference names it (LSB, "Version Requirements");
  /// both empty for none.
  std::string Library, Version;
};
using ImportedSymbols = llvm::StringMap<ImportedSymbol>;

/// A relocation for the dynamic linker.
struct DynamicRelocation {
  ExecutorAddr Place;
  uint32_t Type = 0;
  size_t Import = 0; ///< Its number; or SIZE_MAX for none.
  int64_t Addend = 0;
};

/// What an image's tables have of imports.
struct BoundImports {
  std::vector<DynamicRelocation> Relocations;
  /// By the number of the import: where the jump to it is that stands for it;
  /// null for none.
  std::vector<ExecutorAddr> Jumps;
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
  /// in this order.
  Imports(const Isa &Target, const ImportedSymbols &Names,
          std::vector<std::string> Needed, const ProgramSymbols &Symbols,
          const JoinedProgram &Program);

  const std::vector<Import> &all() const { return All; }
  const std::vector<std::string> &needed() const { return Needed; }
  /// The numbers of functions whose address for everybody is that of the jump
  /// to them, since code has that address in it.
  std::vector<size_t> jumps() const;

  /// Makes a section for each that must be near.
  void allocate(SectionMemory &Memory);
  /// Once sections have addresses: fills them, and adds those of near symbols
  /// to \p Addresses.
  void redirect(SectionMemory &Memory, SymbolAddresses &Addresses) const;
  BoundImports bind(const SectionMemory &Memory,
                    const ThreadLocals &Variables) const;
  /// At most so many relocations will there be.
  size_t relocationCount() const {
    return Pointers.size() + Nearby.size() + 3 * ThreadLocalImports.size();
  }
  /// Variables that are not where their libraries have them.
  List<wire::Interpose::Copy> copies(const SectionMemory &Memory) const;

private:
  std::vector<DynamicRelocation>
  relocations(const SectionMemory &Memory, const ThreadLocals &Variables) const;

  struct NearImport {
    size_t Import = 0;
    bool IsCopy = false;
    std::string Name;                   ///< As the program refers to it.
    size_t Section = 0, SlotOfJump = 0; ///< Of sections(), once allocated.
  };

  const Isa *Target = nullptr;
  std::vector<Import> All;
  std::vector<std::string> Needed;
  std::vector<NearImport> Nearby;
  /// Those that the dynamic linker applies; Name is a number in All.
  std::vector<JoinedProgram::OutsideReference> Pointers;
  llvm::StringMap<size_t> ThreadLocalImports; ///< Numbers in All.
};

} // namespace remoterun::jit

#endif
