//===- StringMeanings.cpp - Which string a relocation is about ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ObjectJoiner.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

/// Where relocations have no addends, as on armhf, what they refer to in a
/// section is not known here.
template <typename ELFT> void ObjectJoiner<ELFT>::noteStrings() {
  if (!ELFT::Is64Bits)
    return;
  for (const auto &[Number, Section] : enumerate(Sections.inputs()))
    if (MergedStrings::areIn(Section))
      Strings.add(Number, Section);
}

template <typename ELFT>
typename ObjectJoiner<ELFT>::Meaning
ObjectJoiner<ELFT>::firstString(size_t Object, uint32_t Section,
                                uint64_t Offset, const Meaning &Place) const {
  if (Place.What != Meaning::Kind::Place)
    return Place;
  size_t Input = InputOf[Object - First][Section] - 1;
  if (Offset >= Sections.inputs()[Input].Size)
    return Place;
  MergedStrings::Place Merged = Strings.find({Input, Offset});
  Meaning Found = Place;
  Found.Value = Sections.inputs()[Merged.Input].Offset + Merged.Offset;
  return Found;
}

template <typename ELFT>
void ObjectJoiner<ELFT>::findString(size_t Object,
                                    const RelocationView &Relocation,
                                    Meaning &To,
                                    JoinedRelocation &Joined) const {
  if (!ELFT::Is64Bits || To.What != Meaning::Kind::Place)
    return;
  uint32_t Section =
      In.Views[Object].sectionOf(In.Views[Object].symbols()[Relocation.Symbol]);
  const InputSection &Its =
      Sections.inputs()[InputOf[Object - First][Section] - 1];
  auto Offset = static_cast<uint64_t>(Relocation.Addend);
  if (!MergedStrings::areIn(Its) || Offset >= Its.Size)
    return;
  To = firstString(Object, Section, Offset, To);
  Joined.Addend = 0;
}

#define REMOTERUN_INSTANTIATE(ELFT)                                            \
  template void ObjectJoiner<ELFT>::noteStrings();                             \
  template typename ObjectJoiner<ELFT>::Meaning                                \
  ObjectJoiner<ELFT>::firstString(size_t, uint32_t, uint64_t, const Meaning &) \
      const;                                                                   \
  template void ObjectJoiner<ELFT>::findString(                                \
      size_t, const RelocationView &, Meaning &, JoinedRelocation &) const;
REMOTERUN_INSTANTIATE(ELF64LE)
REMOTERUN_INSTANTIATE(ELF64BE)
REMOTERUN_INSTANTIATE(ELF32LE)
#undef REMOTERUN_INSTANTIATE

} // namespace remoterun::jit
