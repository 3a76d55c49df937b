//===- ExceptionIndex.h - ARM's tables for exceptions -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On 32-bit ARM, unwinders find a function by a table that a linker sorts
// (Exception Handling ABI for the Arm Architecture, "Index table entries"), and
// types that are caught by pointers in its GOT (R_ARM_TARGET2). RuntimeDyld
// does neither: it loads each object's part of the table, and does not know the
// relocation.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_EXCEPTIONINDEX_H
#define REMOTERUN_JIT_LINK_EXCEPTIONINDEX_H

#include "jit/link/NearSymbols.h"
#include "jit/link/SectionMemory.h"
#include "jit/object/ProgramSymbols.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

class ExceptionIndex {
public:
  /// Takes the references to types out of \p Objects, all of them for ARM.
  static Expected<ExceptionIndex> find(std::vector<ProgramObject> &Objects);

  /// Makes room for the pointers to types, and for the table.
  void allocate(SectionMemory &Memory);
  /// After RuntimeDyld has relocated: fills them. \p AddressOf knows what the
  /// program defines, \p Addresses the rest.
  void complete(SectionMemory &Memory, const SymbolAddresses &Addresses,
                llvm::function_ref<ExecutorAddr(llvm::StringRef)> AddressOf);

  /// The sorted table, if there is one.
  std::optional<ExecutorRange> table(const SectionMemory &Memory) const;

private:
  /// A reference to a type, which a slot points to.
  struct Reference {
    SectionKey Section;
    uint64_t Offset = 0;
    size_t Slot = 0; ///< Its number.
  };
  /// By name; or by the section of an object and a value in it.
  struct Type {
    std::string Name;
    SectionKey Section;
    uint64_t Value = 0;

    auto key() const {
      return std::tuple(Name, Section.Object, Section.Index, Value);
    }
    bool operator<(const Type &Other) const { return key() < Other.key(); }
  };

  llvm::Error findIn(size_t Number, ProgramObject &Object);

  std::vector<Reference> References;
  std::map<Type, size_t> Slots;
  size_t SlotSection = 0; ///< Numbers of synthetic sections.
  std::optional<size_t> TableSection;
};

} // namespace remoterun::jit

#endif
