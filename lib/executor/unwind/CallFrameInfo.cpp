//===- CallFrameInfo.cpp - Finding the description of a frame -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/unwind/CallFrameInfo.h"

#include <algorithm>

namespace remoterun::executor {

namespace {

/// One entry of .eh_frame, behind its length.
struct Entry {
  DwarfReader Fields;
  const uint8_t *Start; ///< Where the CIE pointer stands.
  const uint8_t *End;
  uint32_t CommonDistance; ///< From Start back to its CIE; 0: is one.
};

/// The entry at \p Position; empty at the terminator, or where \p End cuts it
/// off.
std::optional<Entry> readEntry(const uint8_t *Position, const uint8_t *End) {
  DwarfReader Reader(Position, End);
  uint64_t Length = Reader.fixed<uint32_t>();
  if (Length == 0xffffffff)
    Length = Reader.fixed<uint64_t>();
  if (Reader.failed() || Length < sizeof(uint32_t) ||
      Length > static_cast<uint64_t>(End - Reader.position()))
    return std::nullopt;
  const uint8_t *Start = Reader.position();
  DwarfReader Fields(Start, Start + Length);
  auto Distance = Fields.fixed<uint32_t>();
  return Entry{Fields, Start, Start + Length, Distance};
}

/// What the augmentation string announces, up to the instructions.
bool readAugmentation(const char *Augmentation, DwarfReader &Fields,
                      FrameDescription &Description) {
  if (*Augmentation == '\0')
    return true;
  if (*Augmentation != 'z')
    return false;
  uint64_t Size = Fields.uleb();
  const uint8_t *Instructions = Fields.position() + Size;
  if (Size > static_cast<uint64_t>(Fields.end() - Fields.position()))
    return false;
  for (const char *Letter = Augmentation + 1; *Letter; ++Letter) {
    if (*Letter == 'R')
      Description.PointerEncoding = Fields.u8();
    else if (*Letter == 'L')
      Fields.u8();
    else if (*Letter == 'P') {
      // Without the indirection, which nobody needs here.
      uint8_t Encoding = Fields.u8();
      Fields.pointer(static_cast<uint8_t>(Encoding & ~IndirectFlag));
    } else if (*Letter == 'S')
      Description.IsSignalFrame = true;
    else if (*Letter != 'B' && *Letter != 'G')
      return false;
  }
  Fields.moveTo(Instructions);
  return !Fields.failed();
}

bool readCommon(const Entry &Common, FrameDescription &Description,
                bool &HasAugmentation) {
  DwarfReader Fields = Common.Fields;
  uint8_t Version = Fields.u8();
  if (Common.CommonDistance != 0 || (Version != 1 && Version != 3))
    return false;
  const char *Augmentation = Fields.text();
  if (Fields.failed())
    return false;
  Description.CodeAlignment = Fields.uleb();
  Description.DataAlignment = Fields.sleb();
  Description.ReturnRegister = Version == 1 ? Fields.u8() : Fields.uleb();
  if (!readAugmentation(Augmentation, Fields, Description) || Fields.failed())
    return false;
  HasAugmentation = *Augmentation == 'z';
  Description.CommonInstructions = {Fields.position(), Fields.end()};
  return true;
}

/// \p Before is how many bytes before it the CIE may start.
std::optional<FrameDescription> describe(const Entry &Function,
                                         uint64_t Before) {
  if (Function.CommonDistance == 0 || Function.CommonDistance > Before)
    return std::nullopt;
  auto Common =
      readEntry(Function.Start - Function.CommonDistance, Function.Start);
  FrameDescription Description;
  bool HasAugmentation = false;
  if (!Common || !readCommon(*Common, Description, HasAugmentation))
    return std::nullopt;
  DwarfReader Fields = Function.Fields;
  Description.FunctionStart = Fields.pointer(Description.PointerEncoding);
  Description.FunctionSize = Fields.pointer(
      static_cast<uint8_t>(Description.PointerEncoding & FormatMask));
  if (HasAugmentation)
    Fields.skip(Fields.uleb());
  if (Fields.failed())
    return std::nullopt;
  Description.Instructions = {Fields.position(), Fields.end()};
  return Description;
}

bool covers(const FrameDescription &Description, uint64_t Pc) {
  return Pc - Description.FunctionStart < Description.FunctionSize;
}

/// Code in the address space: its tables are not further away.
constexpr uint64_t FarthestTable = uint64_t(1) << 31;

} // namespace

std::optional<FrameDescription> findInSection(std::span<const uint8_t> Section,
                                              uint64_t Pc) {
  const uint8_t *End = Section.data() + Section.size();
  for (const uint8_t *Position = Section.data(); Position < End;) {
    auto Found = readEntry(Position, End);
    if (!Found)
      break;
    Position = Found->End;
    if (Found->CommonDistance == 0)
      continue;
    auto Description =
        describe(*Found, static_cast<uint64_t>(Found->Start - Section.data()));
    if (Description && covers(*Description, Pc))
      return Description;
  }
  return std::nullopt;
}

std::optional<FrameDescription> findByHeader(const uint8_t *Header,
                                             uint64_t Pc) {
  constexpr uint8_t TableEncoding = RelativeToData | 0x0b;
  auto Base = reinterpret_cast<uintptr_t>(Header);
  DwarfReader Fields(Header, Header + FarthestTable);
  uint8_t Version = Fields.u8(), FrameEncoding = Fields.u8(),
          CountEncoding = Fields.u8(), Encoding = Fields.u8();
  Fields.pointer(FrameEncoding, Base);
  uint64_t Count = Fields.pointer(CountEncoding, Base);
  if (Version != 1 || Encoding != TableEncoding || Count == 0 ||
      Count > FarthestTable / 8)
    return std::nullopt;
  struct Row {
    int32_t Function;
    int32_t Description;
  };
  auto RowAt = [Table = Fields.position()](uint64_t Index) {
    Row Found;
    std::memcpy(&Found, Table + Index * sizeof(Row), sizeof(Row));
    return Found;
  };
  auto Wanted = static_cast<int64_t>(Pc - Base);
  uint64_t Low = 0, High = Count;
  while (High - Low > 1) {
    uint64_t Middle = Low + (High - Low) / 2;
    (RowAt(Middle).Function <= Wanted ? Low : High) = Middle;
  }
  const uint8_t *Position = Header + RowAt(Low).Description;
  auto Found = readEntry(Position, Position + FarthestTable);
  if (!Found)
    return std::nullopt;
  // There is nothing before the first address.
  auto Description = describe(
      *Found, std::min<uint64_t>(FarthestTable,
                                 reinterpret_cast<uintptr_t>(Found->Start)));
  if (!Description || !covers(*Description, Pc))
    return std::nullopt;
  return Description;
}

} // namespace remoterun::executor
