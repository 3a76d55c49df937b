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

template <typename SymT>
void FunctionTable::add(const SymT &Symbol, StringRef Name, uint64_t Section,
                        uint64_t Offset) {
  uint8_t Type = Symbol.getType();
  bool IsFunction = Type == ELF::STT_FUNC || Type == ELF::STT_GNU_IFUNC;
  // Assembly may leave the type open.
  bool IsOpen = IsRelocatable && Type == ELF::STT_NOTYPE;
  if (!IsFunction && !IsOpen && Type != ELF::STT_OBJECT)
    return;
  if (Section == 0 || Name.empty() || (IsOpen && isMark(Name)))
    return;
  Entry New;
  New.Start = {IsRelocatable ? Section : 0, Offset};
  New.Size = Symbol.st_size;
  New.What = Type == ELF::STT_OBJECT ? Kind::Variable : Kind::Function;
  New.Name = Name;
  Entries.push_back(New);
}

template <typename ELFT> void FunctionTable::read(const ElfView<ELFT> &View) {
  IsRelocatable = View.header().e_type == ELF::ET_REL;
  for (const auto &Symbol : View.symbols()) {
    auto Name = View.nameOf(Symbol);
    if (Name)
      add(Symbol, *Name, View.sectionOf(Symbol), View.placeOf(Symbol));
    consumeError(Name.takeError());
  }
  if (!Entries.empty())
    return;
  for (const auto &Section : View.sections()) {
    if (Section.sh_type != ELF::SHT_DYNSYM)
      continue;
    auto Table = View.symbolTableOf(Section);
    if (!Table)
      return consumeError(Table.takeError());
    for (const auto &Symbol : Table->Symbols)
      if (Symbol.st_name < Table->Names.size())
        add(Symbol, Table->Names.data() + Symbol.st_name,
            Symbol.isReserved() ? 0 : uint64_t(Symbol.st_shndx),
            View.placeOf(Symbol));
  }
}

FunctionTable::FunctionTable(ArrayRef<char> File) {
  withElfType(File, [&]<typename ELFT>() {
    auto View = ElfView<ELFT>::create(File);
    if (View)
      read(*View);
    consumeError(View.takeError());
  });
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
