//===- CodePadding.cpp - Padding that the linker shortens -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/CodePadding.h"
#include "jit/base/ElfView.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstring>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

using View = ElfView<ELF64LE>;

/// Bytes that go.
struct Excess {
  uint64_t Start = 0;
  uint64_t Size = 0;
};

/// A section of code without some of its bytes.
class Shortened {
public:
  /// In the order of their places, and not beyond the end.
  void remove(Excess Next) { Removed.push_back(Next); }

  bool isWhole() const { return Removed.empty(); }
  /// Where what was at \p Offset is now.
  uint64_t placeOf(uint64_t Offset) const {
    uint64_t Before = 0;
    for (const Excess &Each : Removed) {
      if (Offset <= Each.Start)
        break;
      Before += std::min(Offset - Each.Start, Each.Size);
    }
    return Offset - Before;
  }

  void apply(MutableArrayRef<uint8_t> Contents) const {
    for (const Excess &Each : reverse(Removed)) {
      uint8_t *To = Contents.data() + Each.Start;
      const uint8_t *From = To + Each.Size;
      std::memmove(
          To, From,
          static_cast<size_t>(Contents.data() + Contents.size() - From));
    }
  }

private:
  std::vector<Excess> Removed;
};

/// Instructions that do nothing, of two bytes where there is no room for four.
void writeNothing(MutableArrayRef<uint8_t> Room) {
  constexpr uint32_t Nop = 0x00000013;
  constexpr uint16_t ShortNop = 0x0001;
  for (; Room.size() >= 4; Room = Room.drop_front(4))
    support::endian::write32le(Room.data(), Nop);
  if (Room.size() >= 2)
    support::endian::write16le(Room.data(), ShortNop);
}

/// What of the padding in \p Section is too much, where \p Table has the
/// relocations of type \p Padding; fills the rest of it anew.
Shortened findExcess(View::Shdr &Section, MutableArrayRef<uint8_t> Contents,
                     ArrayRef<ELF64LE::Rela> Table, uint32_t Padding) {
  std::vector<RelocationView> Places;
  for (const auto &Each : Table)
    if (Each.getType(false) == Padding)
      Places.push_back({.Offset = Each.r_offset, .Addend = Each.r_addend});
  llvm::sort(Places,
             [](const RelocationView &Left, const RelocationView &Right) {
               return Left.Offset < Right.Offset;
             });
  Shortened Result;
  uint64_t Gone = 0, Done = 0;
  for (const RelocationView &Each : Places) {
    auto Most = static_cast<uint64_t>(Each.Addend);
    if (Each.Offset < Done || Each.Offset > Contents.size() ||
        Most > Contents.size() - Each.Offset)
      continue;
    Done = Each.Offset + Most;
    uint64_t Alignment = PowerOf2Ceil(Most + 2);
    uint64_t Place = Each.Offset - Gone;
    uint64_t Wanted = alignTo(Place, Alignment) - Place;
    if (Wanted > Most)
      continue;
    writable(Section).sh_addralign =
        std::max<uint64_t>(Section.sh_addralign, Alignment);
    writeNothing(Contents.slice(Each.Offset, Wanted));
    if (Wanted != Most)
      Result.remove({Each.Offset + Wanted, Most - Wanted});
    Gone += Most - Wanted;
  }
  return Result;
}

/// Moves all that refers to places in section \p Index.
void moveReferences(const View &Object, uint32_t Index, uint32_t Padding,
                    const Shortened &Moved) {
  for (const auto &Symbol : Object.symbols()) {
    if (Object.sectionOf(Symbol) != Index)
      continue;
    uint64_t End = Moved.placeOf(Symbol.st_value + Symbol.st_size);
    writable(Symbol).st_value = Moved.placeOf(Symbol.st_value);
    writable(Symbol).st_size = End - Symbol.st_value;
  }
  for (const View::Shdr &Table : Object.sections()) {
    if (Table.sh_type != ELF::SHT_RELA)
      continue;
    auto Relocations = Object.relocationsOf(Table);
    if (!Relocations) {
      consumeError(Relocations.takeError());
      continue;
    }
    for (auto &Each : *Relocations) {
      if (Table.sh_info == Index)
        Each.r_offset =
            Each.getType(false) == Padding ? 0 : Moved.placeOf(Each.r_offset);
      uint32_t Number = Each.getSymbol(false);
      if (Number == 0 || Number >= Object.symbols().size())
        continue;
      const auto &Symbol = Object.symbols()[Number];
      if (Symbol.getType() == ELF::STT_SECTION &&
          Object.sectionOf(Symbol) == Index && Each.r_addend > 0)
        Each.r_addend = static_cast<int64_t>(
            Moved.placeOf(static_cast<uint64_t>(Each.r_addend)));
    }
  }
}

bool hasPadding(const View &Object, uint32_t Padding) {
  return any_of(Object.sections(), [&](const View::Shdr &Table) {
    if (Table.sh_type != ELF::SHT_RELA)
      return false;
    auto Relocations = Object.relocationsOf(Table);
    if (!Relocations) {
      consumeError(Relocations.takeError());
      return false;
    }
    return any_of(*Relocations, [&](const auto &Each) {
      return Each.getType(false) == Padding;
    });
  });
}

void shorten(const View &Object, uint32_t Padding) {
  for (const View::Shdr &Table : Object.sections()) {
    if (Table.sh_type != ELF::SHT_RELA ||
        Table.sh_info >= Object.sections().size())
      continue;
    const View::Shdr &Section = Object.sections()[Table.sh_info];
    auto Relocations = Object.relocationsOf(Table);
    auto Contents = Object.contentsOf(Section);
    if (Relocations && Contents && (Section.sh_flags & ELF::SHF_EXECINSTR)) {
      MutableArrayRef<uint8_t> Bytes(const_cast<uint8_t *>(Contents->data()),
                                     Contents->size());
      Shortened Moved =
          findExcess(writable(Section), Bytes, *Relocations, Padding);
      if (!Moved.isWhole()) {
        Moved.apply(Bytes);
        moveReferences(Object, Table.sh_info, Padding, Moved);
        writable(Section).sh_size = Moved.placeOf(Section.sh_size);
      }
    }
    if (!Relocations)
      consumeError(Relocations.takeError());
    if (!Contents)
      consumeError(Contents.takeError());
  }
}

} // namespace

ObjectSource::Contents settlePadding(ObjectSource::Contents Object,
                                     const Isa &Target) {
  if (Target.PaddingRelocation == 0)
    return Object;
  // What cannot be read, is said of it when it is verified.
  auto Given = View::create({Object.Bytes.data(), Object.Bytes.size()});
  if (!Given) {
    consumeError(Given.takeError());
    return Object;
  }
  if (!hasPadding(*Given, Target.PaddingRelocation))
    return Object;
  auto Copy =
      std::make_shared<ObjectBytes>(Object.Bytes.begin(), Object.Bytes.end());
  auto Ours = View::create({Copy->data(), Copy->size()});
  if (!Ours) {
    consumeError(Ours.takeError());
    return Object;
  }
  shorten(*Ours, Target.PaddingRelocation);
  return {Copy, {Copy->data(), Copy->size()}};
}

} // namespace remoterun::jit
