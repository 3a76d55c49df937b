//===- WordDistances.h - Words that count from their places -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code for ARM that is independent of its position has a word beside it for
// each address, which is the distance from somewhere in the code, as the word's
// relocation and its addend say (ELF for the Arm Architecture, R_ARM_REL32).
// RuntimeDyld has no such relocation.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_WORDDISTANCES_H
#define REMOTERUN_JIT_LINK_WORDDISTANCES_H

#include "jit/link/NearSymbols.h"
#include "jit/link/SectionMemory.h"
#include "jit/object/ProgramObject.h"
#include "jit/target/Isa.h"

#include <string>
#include <vector>

namespace remoterun::jit {

class WordDistances {
public:
  /// Takes them out of \p Objects, all of them for \p Target, of 32 bits.
  static Expected<WordDistances> find(std::vector<ProgramObject> &Objects,
                                      const Isa &Target);

  /// After RuntimeDyld has relocated: writes them.
  void complete(SectionMemory &Memory, const SymbolAddresses &Addresses) const;

private:
  struct Word {
    SectionKey Section;
    uint64_t Offset = 0;
    std::string Name; ///< Of what it is the distance to; empty for a place.
    SectionKey To;
    int64_t Addend = 0; ///< Beside the one that stands in the word.
  };

  llvm::Error findIn(size_t Number, ProgramObject &Object, uint32_t Type);

  std::vector<Word> Words;
};

} // namespace remoterun::jit

#endif
