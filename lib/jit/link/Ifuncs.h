//===- Ifuncs.h - Functions that choose themselves at start -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An STT_GNU_IFUNC symbol names a resolver whose result is the function (GNU
// gABI extensions). RuntimeDyld has them on one ISA, and there without a single
// address for all objects. So they are taken out of the objects: every
// reference goes to one PLT entry of ours, whose slot the executor fills with
// the resolver's result before anything else of the guest runs.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_IFUNCS_H
#define REMOTERUN_JIT_LINK_IFUNCS_H

#include "jit/link/JoinedProgram.h"
#include "jit/link/NearSymbols.h"
#include "jit/link/SectionMemory.h"

#include <string>
#include <vector>

namespace remoterun::jit {

class Ifuncs {
public:
  Ifuncs() = default;
  Ifuncs(const Isa &Target, llvm::ArrayRef<JoinedProgram::Ifunc> Found);

  /// Makes a PLT entry and a slot for each.
  void allocate(SectionMemory &Memory);
  /// Once sections have addresses: fills the entries and adds their addresses
  /// to \p Addresses.
  void redirect(SectionMemory &Memory, SymbolAddresses &Addresses) const;
  /// Of what is called by \p Name; null for no ifunc.
  ExecutorAddr addressOf(llvm::StringRef Name,
                         const SectionMemory &Memory) const;
  /// Where the address that it leads to stands; null for no ifunc.
  ExecutorAddr slotOf(llvm::StringRef Name, const SectionMemory &Memory) const;
  /// What the executor has to fill.
  List<wire::Run::Ifunc> slots(const SectionMemory &Memory) const;

private:
  struct Ifunc {
    std::string Name;
    JoinedPlace Resolver;
    size_t Entry = 0; ///< Numbers of synthetic sections.
    size_t Slot = 0;
  };

  const Isa *Target = nullptr;
  std::vector<Ifunc> All;
};

} // namespace remoterun::jit

#endif
