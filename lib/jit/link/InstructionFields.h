//===- InstructionFields.h - Fields that RuntimeDyld leaves -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On RISC-V, code has an address in two instructions: one with the upper 20
// bits of a distance, and others with the lower 12, whose relocations refer not
// to a symbol but to the first (RISC-V ELF psABI, "PC-Relative Symbol
// Addresses"). RuntimeDyld applies the first. Of the others it knows loads, not
// stores, and looks for the first among all there are, of which it remembers
// nothing where they refer to what is not in the object.
//
// And an assembler leaves branches to the linker, inside of a function, too,
// since that may remove bytes in between (psABI, "Linker Relaxation"), with
// differences of labels of 6 bits in unwind tables. RuntimeDyld knows neither.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_INSTRUCTIONFIELDS_H
#define REMOTERUN_JIT_LINK_INSTRUCTIONFIELDS_H

#include "jit/base/ElfView.h"
#include "jit/link/NearSymbols.h"
#include "jit/link/SectionMemory.h"
#include "jit/object/ProgramObject.h"

#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

class InstructionFields {
public:
  /// Takes them out of \p Objects, all of them for RISC-V.
  static Expected<InstructionFields> find(std::vector<ProgramObject> &Objects);

  /// After RuntimeDyld has relocated: writes them.
  void complete(SectionMemory &Memory, const SymbolAddresses &Addresses) const;

private:
  /// What a field is made of: an address, or the distance to one.
  struct Reference {
    SectionKey Section;
    uint64_t Offset = 0;
    bool IsDistance = false;
    std::string Name; ///< Empty for a place in a section, and for a number.
    SectionKey To;    ///< Its index is 0 for a number.
    uint64_t Addend = 0;
  };
  struct Field {
    SectionKey Section;
    uint64_t Offset = 0;
    uint32_t Type = 0; ///< Of the relocation.
    size_t Of = 0;     ///< Number of a reference.
  };
  /// Of one object: numbers of upper parts by where they stand, and the lower
  /// parts of them, with that place.
  struct AddressParts;
  using View = ElfView<llvm::object::ELF64LE>;

  llvm::Error findIn(size_t Number, ProgramObject &Object);
  llvm::Error note(size_t Number, const View &Object, const View::Shdr &Table,
                   const RelocationView &Relocation, AddressParts &Parts);
  static llvm::Expected<Reference>
  referenceOf(size_t Number, const View &Object, const View::Shdr &Table,
              const RelocationView &Relocation);
  /// Nothing for what is weak and nowhere.
  static std::optional<uint64_t> valueOf(const Reference &Wanted,
                                         const SectionMemory &Memory,
                                         const SymbolAddresses &Addresses);

  std::vector<Reference> References;
  std::vector<Field> Fields;
};

} // namespace remoterun::jit

#endif
