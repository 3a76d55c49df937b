//===- UnwindIndex.cpp - The sorted index of .eh_frame --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/UnwindIndex.h"
#include "jit/base/LlvmVersion.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/DataExtractor.h"

#include <atomic>

using namespace llvm;

namespace remoterun::jit {

/// Calls \p Visit with each record's bytes, from behind its length on, and
/// their offset.
template <typename Visitor>
void UnwindIndex::forEachRecord(ArrayRef<uint8_t> Table, Visitor Visit) const {
  constexpr uint64_t IdSize = 4;
  for (size_t At = 0; Table.size() - At >= IdSize;) {
    uint64_t Length = support::endian::read32(Table.data() + At, Order);
    uint64_t Header = 4;
    if (Length == UINT32_MAX && Table.size() - At >= 12) {
      Length = support::endian::read64(Table.data() + At + 4, Order);
      Header = 12;
    }
    uint64_t Left = Table.size() - At - Header;
    if (Length < IdSize || Length > Left)
      return;
    Visit(Table.slice(At + Header, Length), At + Header, At);
    At += Header + Length;
  }
}

size_t UnwindIndex::count(ArrayRef<uint8_t> Table) const {
  size_t Count = 0;
  forEachRecord(Table, [&](ArrayRef<uint8_t> Record, size_t, size_t) {
    Count += support::endian::read32(Record.data(), Order) != 0;
  });
  return Count;
}

UnwindIndex::Common UnwindIndex::readCommon(ArrayRef<uint8_t> Record,
                                            size_t Offset) const {
  Common Found = {Offset, dwarf::DW_EH_PE_absptr};
  DataExtractor Data =
      llvm_version::dataExtractor(Record, Order == endianness::little);
  DataExtractor::Cursor At(4);
  uint8_t Version = Data.getU8(At);
  StringRef Augmentation = Data.getCStrRef(At);
  Data.getULEB128(At); // code alignment
  Data.getSLEB128(At); // data alignment
  if (Version == 1)
    Data.getU8(At); // return address register
  else
    Data.getULEB128(At);
  if (Augmentation.consume_front("z")) {
    Data.getULEB128(At);
    for (char Letter : Augmentation) {
      if (Letter == 'R') {
        Found.PointerEncoding = Data.getU8(At);
        break;
      }
      if (Letter == 'L') {
        Data.getU8(At);
      } else if (Letter == 'P') {
        uint8_t Size = Data.getU8(At) & 7;
        Data.skip(At, Size == 2   ? 2
                      : Size == 3 ? 4
                      : Size == 4 ? 8
                                  : PointerSize);
      }
    }
  }
  if (Error E = At.takeError()) {
    consumeError(std::move(E));
    Found.PointerEncoding = dwarf::DW_EH_PE_omit;
  }
  return Found;
}

void UnwindIndex::add(const UnwindTable &Table) {
  if (FirstTable == 0)
    FirstTable = Table.Address;
  std::vector<Common> Commons; // Ascending.
  auto Visit = [&](ArrayRef<uint8_t> Record, size_t Offset, size_t Start) {
    uint32_t Id = support::endian::read32(Record.data(), Order);
    if (Id == 0) {
      Commons.push_back(readCommon(Record, Start));
      return;
    }
    auto Its = lower_bound(
        Commons, Offset - Id,
        [](const Common &Each, size_t Wanted) { return Each.Offset < Wanted; });
    uint8_t Encoding = Its == Commons.end() || Its->Offset != Offset - Id
                           ? uint8_t(dwarf::DW_EH_PE_omit)
                           : Its->PointerEncoding;
    uint64_t Place = Table.Address + Offset + 4, Value = 0;
    unsigned Form = Encoding & 0x0f;
    unsigned Size = Form == dwarf::DW_EH_PE_absptr         ? PointerSize
                    : (Form & 7) == dwarf::DW_EH_PE_udata4 ? 4
                    : (Form & 7) == dwarf::DW_EH_PE_udata8 ? 8
                                                           : 0;
    unsigned Base = Encoding & 0x70;
    if (Encoding == dwarf::DW_EH_PE_omit || Size == 0 ||
        Record.size() < 4 + Size ||
        (Base != 0 && Base != dwarf::DW_EH_PE_pcrel)) {
      IsComplete = false;
      return;
    }
    Value = Size == 8 ? support::endian::read64(Record.data() + 4, Order)
                      : support::endian::read32(Record.data() + 4, Order);
    if (Size == 4 && (Form & dwarf::DW_EH_PE_signed))
      Value = static_cast<uint64_t>(static_cast<int32_t>(Value));
    // What describes nothing that is there.
    if (Value == 0)
      return;
    if (Base == dwarf::DW_EH_PE_pcrel)
      Value += Place;
    if (PointerSize == 4)
      Value = static_cast<uint32_t>(Value);
    Entries.push_back({Value, Table.Address + Start});
  };
  forEachRecord(Table.Bytes, Visit);
}

namespace {

/// The table of an index that has one.
constexpr uint8_t CountEncoding = dwarf::DW_EH_PE_udata4;
constexpr uint8_t TableEncoding =
    dwarf::DW_EH_PE_datarel | dwarf::DW_EH_PE_sdata4;
constexpr size_t CountAt = UnwindIndex::WordOfCount;

} // namespace

void UnwindIndex::sortEntries() {
  sort(Entries,
       [](const Entry &A, const Entry &B) { return A.Function < B.Function; });
}

void UnwindIndex::writeEntries(MutableArrayRef<uint8_t> Section,
                               uint64_t Address, size_t First) const {
  uint8_t *At = Section.data() + sizeFor(First);
  for (const Entry &Each : Entries)
    for (uint64_t Value : {Each.Function, Each.Description}) {
      support::endian::write32(At, static_cast<uint32_t>(Value - Address),
                               Order);
      At += 4;
    }
}

void UnwindIndex::write(MutableArrayRef<uint8_t> Section, uint64_t Address) {
  sortEntries();
  constexpr uint8_t FromHere = dwarf::DW_EH_PE_pcrel | dwarf::DW_EH_PE_sdata4;
  constexpr uint8_t Nothing = dwarf::DW_EH_PE_omit;
  bool HasTable = IsComplete && Section.size() >= sizeFor(Entries.size());
  Section[0] = 1; // version
  Section[1] = FromHere;
  Section[2] = HasTable ? CountEncoding : Nothing;
  Section[3] = HasTable ? TableEncoding : Nothing;
  support::endian::write32(Section.data() + 4,
                           static_cast<uint32_t>(FirstTable - (Address + 4)),
                           Order);
  if (!HasTable)
    return;
  support::endian::write32(Section.data() + CountAt,
                           static_cast<uint32_t>(Entries.size()), Order);
  writeEntries(Section, Address, 0);
}

uint64_t UnwindIndex::used(ArrayRef<uint8_t> Section) const {
  bool HasTable = Section.size() >= sizeFor(0) && Section[2] == CountEncoding;
  return HasTable
             ? sizeFor(support::endian::read32(Section.data() + CountAt, Order))
             : CountAt;
}

Expected<uint64_t> UnwindIndex::append(MutableArrayRef<uint8_t> Section,
                                       uint64_t Address) {
  auto Fail = [](const Twine &Why) {
    return Failure{Blame::Internal,
                   ("cannot add to the index of unwind tables: " + Why).str()};
  };
  uint8_t *Count = Section.data() + CountAt;
  if (Section.size() < sizeFor(0) || Section[2] != CountEncoding ||
      Section[3] != TableEncoding ||
      !isAddrAligned(Align(sizeof(uint32_t)), Count))
    return Fail("it has no table");
  size_t Before = support::endian::read32(Count, Order);
  size_t After = Before + Entries.size();
  uint64_t Used = sizeFor(After);
  if (Section.size() < Used)
    return Fail("it is full: " + Twine(Used) + " bytes do not fit into " +
                Twine(Section.size()));
  if (!IsComplete)
    return Fail("a description's function is not known");
  if (Entries.empty())
    return Used;
  sortEntries();
  if (Before != 0) {
    auto Last = static_cast<int32_t>(
        support::endian::read32(Section.data() + sizeFor(Before - 1), Order));
    if (Entries.front().Function <= Address + static_cast<uint64_t>(Last))
      return Fail("a function is not behind those that it has");
  }
  writeEntries(Section, Address, Before);
  // Who sees the new number sees what it counts.
  auto Written =
      support::endian::byte_swap<uint32_t>(static_cast<uint32_t>(After), Order);
  std::atomic_ref(*reinterpret_cast<uint32_t *>(Count))
      .store(Written, std::memory_order_release);
  return Used;
}

} // namespace remoterun::jit
