//===- NearSymbols.h - Library symbols that must be in reach ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Objects compiled for an executable (gcc's default) address a library's
// variables and functions with 32 bits. A static linker makes them near: it
// gives a function a PLT entry, and moves a variable into the executable (copy
// relocation). RuntimeDyld would cut the address off in silence. So a linker's
// work is done here, with sections beside the program's own.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_NEARSYMBOLS_H
#define REMOTERUN_JIT_LINK_NEARSYMBOLS_H

#include "jit/link/SectionMemory.h"
#include "jit/target/Isa.h"
#include "remote-run/Failure.h"
#include "wire/Messages.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace remoterun::jit {

/// Addresses of what the program does not define. A weak symbol that is
/// missing has none.
using SymbolAddresses = llvm::StringMap<ExecutorAddr>;

class NearSymbols {
public:
  NearSymbols() = default;
  /// \p Names are those that some object addresses with 32 bits or less, other
  /// than by calls.
  NearSymbols(const Isa &Target, const llvm::StringSet<> &Names);

  bool contains(llvm::StringRef Name) const { return Symbols.contains(Name); }
  /// What the executor answered for a symbol, near or not.
  void found(llvm::StringRef Name, const wire::LookupReply::Symbol &Answer);

  /// Makes a section for each symbol that was found.
  void allocate(SectionMemory &Memory);
  /// Once sections have addresses: fills them, and changes \p Addresses of the
  /// near symbols to theirs.
  void redirect(SectionMemory &Memory, SymbolAddresses &Addresses) const;
  List<wire::Interpose::Variable>
  movedVariables(const SectionMemory &Memory) const;
  /// Adds the functions whose addresses are in the program.
  void addFunctions(const SectionMemory &Memory,
                    List<wire::Interpose::Definition> &Made) const;

private:
  struct NearSymbol {
    wire::LookupReply::Symbol Found;
    size_t Section = 0;
  };

  const Isa *Target = nullptr;
  llvm::StringMap<NearSymbol> Symbols;
};

} // namespace remoterun::jit

#endif
