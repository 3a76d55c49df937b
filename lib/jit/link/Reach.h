//===- Reach.h - Values that fit into their places --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RuntimeDyld takes what fits of a value, and says nothing of the rest. The
// slab is as large as a relocation of 32 bits can reach, so that most need no
// check; the others are noted when objects are joined.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_REACH_H
#define REMOTERUN_JIT_LINK_REACH_H

#include "jit/link/JoinedProgram.h"
#include "jit/link/NearSymbols.h"

namespace remoterun::jit {

/// A relocation whose value is too wide for its place, in a section that was
/// loaded.
struct FarReference {
  JoinedPlace Place;
  uint32_t Type = 0;
  std::string Name; ///< What it refers to; empty for what has none.
  uint64_t Value = 0;
  std::optional<uint64_t> From; ///< Its address, if it is a distance.
};

/// Tells of \p Reference. \p Inputs have been joined to \p Program.
Failure outOfReach(const FarReference &Reference, const JoinedProgram &Program,
                   const std::vector<ProgramObject> &Inputs,
                   const SectionMemory &Memory, const Isa &Target);

/// Once everything has an address, and before relocations are applied: an error
/// for a value that is too wide for its place.
Expected<void> checkReach(const JoinedProgram &Program,
                          const std::vector<ProgramObject> &Inputs,
                          const SectionMemory &Memory,
                          const SymbolAddresses &Addresses, const Isa &Target);

/// After they have been applied: writes the distance to 0, if that is in reach,
/// where what is weak and nowhere is referred to by one. RuntimeDyld leaves
/// such a place as it is.
void writeDistancesToNowhere(const JoinedProgram &Program,
                             SectionMemory &Memory,
                             const SymbolAddresses &Addresses,
                             const Isa &Target);

} // namespace remoterun::jit

#endif
