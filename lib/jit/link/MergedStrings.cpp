//===- MergedStrings.cpp - Equal strings have one address -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/MergedStrings.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// The size of the string at the start of \p Text, its zero included; 0 where
/// it does not end.
size_t sizeOfString(StringRef Text, size_t Character) {
  if (Character == 1)
    return Text.find('\0') + 1;
  for (size_t I = 0; I + Character <= Text.size(); I += Character)
    if (all_of(Text.substr(I, Character), [](char C) { return C == 0; }))
      return I + Character;
  return 0;
}

} // namespace

bool MergedStrings::areIn(const InputSection &Section) {
  constexpr uint64_t Kind = ELF::SHF_MERGE | ELF::SHF_STRINGS;
  return (Section.Flags & (Kind | ELF::SHF_WRITE)) == Kind &&
         Section.EntrySize != 0 && !Section.Contents.empty();
}

void MergedStrings::add(size_t Input, const InputSection &Section) {
  Group &Its = Groups[{Section.Output, Section.Flags, Section.EntrySize,
                       Section.Alignment}];
  std::vector<String> &Strings = StringsOf[Input];
  StringRef Text = toStringRef(Section.Contents);
  for (uint64_t Start = 0; Start < Text.size();) {
    size_t Size = sizeOfString(Text.drop_front(Start), Section.EntrySize);
    if (Size == 0)
      return;
    Place Own = {Input, Start};
    // What comes after padding is not where the section's alignment is.
    bool IsAligned = (Start & (Section.Alignment - 1)) == 0;
    if (IsAligned)
      Own = Its.try_emplace(CachedHashStringRef(Text.substr(Start, Size)), Own)
                .first->second;
    Strings.push_back({Start, Own});
    Start += Size;
  }
}

MergedStrings::Place MergedStrings::find(Place Where) const {
  auto Known = StringsOf.find(Where.Input);
  if (Known == StringsOf.end())
    return Where;
  ArrayRef<String> Strings = Known->second;
  auto After = partition_point(
      Strings, [&](const String &Each) { return Each.Start <= Where.Offset; });
  if (After == Strings.begin())
    return Where;
  const String &Its = *std::prev(After);
  return {Its.First.Input, Its.First.Offset + (Where.Offset - Its.Start)};
}

} // namespace remoterun::jit
