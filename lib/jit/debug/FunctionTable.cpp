//===- FunctionTable.cpp - What stands at an address ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/FunctionTable.h"
#include "jit/codegen/Partition.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Demangle/Demangle.h"

#include <algorithm>
#include <tuple>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Which of several names of one place is the one to show: "free" rather than
/// "__libc_free" or "cfree".
auto preference(StringRef Name) {
  size_t Underscores = std::min(Name.find_first_not_of('_'), Name.size());
  bool IsMangled = Name.starts_with("_Z");
  return std::tuple(IsMangled ? 0 : Underscores, Name.size(), Name);
}

/// What an assembler makes for itself: a local label, or the mark of where code
/// or data starts (ELF for the Arm Architecture, "Mapping symbols").
bool isMark(StringRef Name) {
  return Name.starts_with(".L") ||
         (Name.size() >= 2 && Name[0] == '$' && isAlpha(Name[1]) &&
          (Name.size() == 2 || Name[2] == '.' || Name[1] == 'x'));
}

} // namespace

void FunctionTable::add(object::ELFSymbolRef Symbol) {
  uint8_t Type = Symbol.getELFType();
  bool IsFunction = Type == ELF::STT_FUNC || Type == ELF::STT_GNU_IFUNC;
  // Assembly may leave the type open.
  bool IsOpen = IsRelocatable && Type == ELF::STT_NOTYPE;
  if (!IsFunction && !IsOpen && Type != ELF::STT_OBJECT)
    return;
  auto Section = Symbol.getSection();
  auto Value = Symbol.getValue();
  auto Name = Symbol.getName();
  if (Section && Value && Name && !Name->empty() &&
      !(IsOpen && isMark(*Name)) &&
      *Section != Symbol.getObject()->section_end()) {
    Entry New;
    New.Start = {IsRelocatable ? (*Section)->getIndex() : 0, *Value};
    New.Size = Symbol.getSize();
    New.What = Type == ELF::STT_OBJECT ? Kind::Variable : Kind::Function;
    New.Name = *Name;
    Entries.push_back(New);
  }
  consumeError(Section.takeError());
  consumeError(Value.takeError());
  consumeError(Name.takeError());
}

FunctionTable::FunctionTable(const object::ELFObjectFileBase &File)
    : IsRelocatable(File.isRelocatableObject()) {
  for (object::ELFSymbolRef Symbol : File.symbols())
    add(Symbol);
  if (Entries.empty())
    for (object::ELFSymbolRef Symbol : File.getDynamicSymbolIterators())
      add(Symbol);
  // The preferred name is the last of its place, where find() comes first.
  sort(Entries, [](const Entry &A, const Entry &B) {
    return std::tuple(A.Start.Section, A.Start.Offset, preference(B.Name)) <
           std::tuple(B.Start.Section, B.Start.Offset, preference(A.Name));
  });
}

std::optional<FunctionTable::Found> FunctionTable::find(Place Where,
                                                        Kind Wanted) const {
  auto Next = upper_bound(Entries, Where, [](Place A, const Entry &B) {
    return std::tie(A.Section, A.Offset) <
           std::tie(B.Start.Section, B.Start.Offset);
  });
  // Symbols may overlap, but not by many.
  constexpr int MostOverlaps = 64;
  for (int Left = MostOverlaps; Next != Entries.begin() && Left != 0; --Left) {
    const Entry &Candidate = *--Next;
    if (Candidate.Start.Section != Where.Section)
      break;
    uint64_t Offset = Where.Offset - Candidate.Start.Offset;
    // Without a size, in assembly, it ends where the next one starts.
    bool IsInside =
        Offset < Candidate.Size || (Candidate.Size == 0 && IsRelocatable);
    if (Candidate.What == Wanted && IsInside)
      return Found{Candidate.Name, Offset};
  }
  return std::nullopt;
}

} // namespace remoterun::jit
