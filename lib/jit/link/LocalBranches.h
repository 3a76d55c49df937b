//===- LocalBranches.h - Branches that keep the TOC -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On Power, all of an object has one table of contents, so that a function
// branches to another of its object without saving and restoring the table's
// address, also to another section (64-Bit ELF V2 ABI, "Function Call").
// RuntimeDyld puts an instruction that restores it behind each branch to
// another section, as if a compiler had left room there.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_LOCALBRANCHES_H
#define REMOTERUN_JIT_LINK_LOCALBRANCHES_H

#include "jit/base/ElfView.h"
#include "jit/link/SectionMemory.h"
#include "jit/object/ProgramObject.h"

#include <vector>

namespace remoterun::jit {

class LocalBranches {
public:
  /// Takes the branches without that room out of \p Objects, all of them for
  /// ppc64le. One that leaves its object is an error.
  static Expected<LocalBranches> find(std::vector<ProgramObject> &Objects);

  /// After RuntimeDyld has relocated: writes them.
  Expected<void> complete(SectionMemory &Memory) const;

private:
  struct Branch {
    SectionKey Section;
    uint64_t Offset = 0;
    SectionKey To;
    uint64_t ToOffset = 0; ///< Of the function's local entry point.
    uint32_t Instruction = 0;
  };

  llvm::Error findIn(size_t Number, ProgramObject &Object);
  /// \p Section has the relocations.
  llvm::Error findIn(size_t Number, const ElfView<llvm::object::ELF64LE> &View,
                     const Shdr &Section);

  std::vector<Branch> Branches;
};

} // namespace remoterun::jit

#endif
