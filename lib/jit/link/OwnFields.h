//===- OwnFields.h - Relocations that are applied by ourselves --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RuntimeDyld has no relocations for Thumb, nor, on ARM, for words beside the
// code that are the distance to somewhere, as code has that is independent of
// its position. FieldRules.h says how such fields look.
//
// And a linker has branches lead to a jump of its own, a veneer, where their
// targets are out of reach, or code of another kind (ELF for the Arm
// Architecture, "Call and Jump relocations").
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_OWNFIELDS_H
#define REMOTERUN_JIT_LINK_OWNFIELDS_H

#include "jit/base/ElfView.h"
#include "jit/link/NearSymbols.h"
#include "jit/link/Reach.h"
#include "jit/link/SectionMemory.h"
#include "jit/object/ProgramObject.h"
#include "jit/target/Isa.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

class OwnFields {
public:
  /// Takes them out of \p Objects, all of them for \p Target, of 32 bits.
  static Expected<OwnFields> find(std::vector<ProgramObject> &Objects,
                                  const Isa &Target);

  /// Makes room for veneers.
  void allocate(SectionMemory &Memory);
  /// After RuntimeDyld has relocated: writes all. Tells of the first one whose
  /// target is out of reach.
  std::optional<FarReference> complete(SectionMemory &Memory,
                                       const SymbolAddresses &Addresses) const;

private:
  using View = ElfView<llvm::object::ELF32LE>;
  /// What fields have: a symbol's value, and what is added to it.
  struct Target {
    std::string Name; ///< Empty for a place.
    SectionKey To;    ///< Its index is 0 for what has none.
    int64_t Addend = 0;

    auto key() const { return std::tuple(Name, To.Object, To.Index, Addend); }
    bool operator<(const Target &Other) const { return key() < Other.key(); }
  };
  struct Field {
    SectionKey Section;
    uint64_t Offset = 0;
    uint32_t Type = 0;
    size_t Of = 0;              ///< Number of a target.
    std::optional<size_t> Jump; ///< Number of a veneer to it.
  };

  llvm::Error findIn(size_t Number, ProgramObject &Object);
  llvm::Error note(size_t Number, const View &Object, const View::Shdr &Table,
                   const llvm::object::ELF32LE::Rela &Relocation,
                   llvm::ArrayRef<uint8_t> Contents);
  /// Whether a branch reaches \p To wherever their section comes to lie.
  bool reachesInSection(const Field &Its, const Target &To,
                        llvm::ArrayRef<uint8_t> Contents) const;
  /// Nothing for what is weak and nowhere.
  static std::optional<uint64_t> valueOf(const Target &Wanted,
                                         const SectionMemory &Memory,
                                         const SymbolAddresses &Addresses);
  bool write(const Field &Its, uint8_t *Place, uint64_t Address, uint64_t Value,
             const SectionMemory &Memory) const;

  const FieldRules *Rules = nullptr;
  std::vector<Target> Targets;
  std::map<Target, size_t> NumberOf;
  std::map<size_t, size_t> JumpOf; ///< By target, the veneer's number.
  std::vector<Field> Fields;
  size_t JumpSection = 0; ///< Of a synthetic section, if there are veneers.
};

} // namespace remoterun::jit

#endif
