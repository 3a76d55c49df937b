//===- CallBuffer.cpp - The values of a call, as bytes --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/CallBuffer.h"

#include <algorithm>
#include <cstring>

namespace remoterun::driver {

using Kind = ValueType::Kind;

namespace {

unsigned sizeOf(const ValueType &Type, MachineLayout Layout) {
  switch (Type.What) {
  case Kind::Bool:
    return 1;
  case Kind::Pointer:
  case Kind::Text:
  case Kind::Bytes:
  case Kind::MutableBytes:
    return Layout.PointerSize;
  default:
    return Type.Size;
  }
}

void store(uint64_t Bits, unsigned Size, MachineLayout Layout, uint8_t *Slot) {
  for (unsigned I = 0; I != Size; ++I) {
    unsigned Place = Layout.IsBigEndian ? Size - 1 - I : I;
    Slot[Place] = static_cast<uint8_t>(Bits >> (8 * I));
  }
}

uint64_t load(const uint8_t *Slot, unsigned Size, MachineLayout Layout) {
  uint64_t Bits = 0;
  for (unsigned I = 0; I != Size; ++I) {
    unsigned Place = Layout.IsBigEndian ? Size - 1 - I : I;
    Bits |= static_cast<uint64_t>(Slot[Place]) << (8 * I);
  }
  return Bits;
}

class Encoder {
public:
  Encoder(MachineLayout Layout, size_t Slots) : Layout(Layout) {
    Made.Bytes.resize(Slots * SlotSize);
  }

  void add(const ValueType &Type, const Value &What) {
    if (Type.What == Kind::Struct) {
      for (size_t I = 0; I != Type.Fields.size(); ++I)
        add(Type.Fields[I], What.Fields[I]);
      return;
    }
    bool IsMemory = Type.What == Kind::Text || Type.What == Kind::Bytes ||
                    Type.What == Kind::MutableBytes;
    put(IsMemory ? copy(Type, What) : What.Bits, sizeOf(Type, Layout));
    if (IsMemory && Type.What != Kind::Text)
      put(What.Length, Layout.PointerSize);
  }

  EncodedCall take(const ValueType &Result) {
    Made.ResultSize = static_cast<uint32_t>(slotsOfResult(Result) * SlotSize);
    // What is copied back is part of the result, and so is a text that may lie
    // in one that was passed.
    if (!Made.CopiesBack.empty() || Result.What == Kind::Text)
      Made.ResultSize =
          std::max(Made.ResultSize, static_cast<uint32_t>(Made.Bytes.size()));
    return std::move(Made);
  }

private:
  void put(uint64_t Bits, unsigned Size) {
    store(Bits, Size, Layout, Made.Bytes.data() + Next);
    Next += SlotSize;
  }
  /// Where it is; 0 where it is nowhere.
  uint64_t copy(const ValueType &Type, const Value &What) {
    if (!What.Memory)
      return 0;
    // At least as aligned as malloc(3) would have it.
    Made.Bytes.resize((Made.Bytes.size() + 15) / 16 * 16);
    size_t Offset = Made.Bytes.size();
    auto *From = static_cast<const uint8_t *>(What.Memory);
    Made.Bytes.insert(Made.Bytes.end(), From, From + What.Length);
    if (Type.What == Kind::Text)
      Made.Bytes.push_back(0);
    if (Type.What == Kind::MutableBytes)
      Made.CopiesBack.push_back({Offset, What.CopyBack});
    return Offset;
  }

  MachineLayout Layout;
  EncodedCall Made;
  size_t Next = 0;
};

Value decode(const ValueType &Type, const uint8_t *&Slot,
             MachineLayout Layout) {
  Value Made;
  if (Type.What == Kind::Struct) {
    for (const ValueType &Field : Type.Fields)
      Made.Fields.push_back(decode(Field, Slot, Layout));
    return Made;
  }
  unsigned Size = sizeOf(Type, Layout);
  Made.Bits = load(Slot, Size, Layout);
  if (Type.What == Kind::Signed && Size < 8) {
    unsigned Unused = 64 - 8 * Size;
    Made.Bits = static_cast<uint64_t>(
        static_cast<int64_t>(Made.Bits << Unused) >> Unused);
  }
  Slot += SlotSize;
  return Made;
}

} // namespace

size_t slotsOf(const ValueType &Type) {
  switch (Type.What) {
  case Kind::Void:
    return 0;
  case Kind::Bytes:
  case Kind::MutableBytes:
    return 2;
  case Kind::Struct: {
    size_t Sum = 0;
    for (const ValueType &Field : Type.Fields)
      Sum += slotsOf(Field);
    return Sum;
  }
  default:
    return 1;
  }
}

size_t slotsOfResult(const ValueType &Type) {
  return Type.What == Kind::Text ? TextResult::Size / SlotSize : slotsOf(Type);
}

std::vector<uint8_t> encodeWord(uint64_t Bits, MachineLayout Layout) {
  std::vector<uint8_t> Bytes(Layout.PointerSize);
  store(Bits, Layout.PointerSize, Layout, Bytes.data());
  return Bytes;
}

Expected<EncodedCall> encodeCall(const Signature &Type,
                                 std::span<const Value> Arguments,
                                 MachineLayout Layout) {
  size_t Slots = 0;
  for (const ValueType &Parameter : Type.Parameters)
    Slots += slotsOf(Parameter);
  Encoder Made(Layout, std::max(Slots, slotsOfResult(Type.Result)));
  for (size_t I = 0; I != Type.Parameters.size(); ++I)
    Made.add(Type.Parameters[I], Arguments[I]);
  EncodedCall Call = Made.take(Type.Result);
  constexpr size_t Most = size_t(512) << 20;
  if (Call.Bytes.size() > Most)
    return Failure{Blame::Usage, "the arguments of a call take " +
                                     std::to_string(Call.Bytes.size()) +
                                     " bytes; write them to the executor's "
                                     "memory first"};
  return Call;
}

ReturnedText decodeText(std::span<const uint8_t> Result, MachineLayout Layout) {
  auto Word = [&](size_t Offset) {
    return load(Result.data() + Offset, Layout.PointerSize, Layout);
  };
  ReturnedText Text;
  Text.Address = ExecutorAddr(Word(TextResult::Address));
  Text.Length = Word(TextResult::Length);
  uint64_t Distance = Word(TextResult::Distance);
  Text.Here = Result.subspan(
      TextResult::Start,
      std::min<uint64_t>(Text.Length, TextResult::Size - TextResult::Start));
  // The buffer is gone, but this is what was in it.
  if (Distance <= Result.size() && Text.Length <= Result.size() - Distance)
    Text.Here = Result.subspan(Distance, Text.Length);
  return Text;
}

Value decodeResult(const ValueType &Type, std::span<const uint8_t> Result,
                   MachineLayout Layout) {
  if (Type.What == Kind::Void)
    return {};
  const uint8_t *Slot = Result.data();
  return decode(Type, Slot, Layout);
}

} // namespace remoterun::driver
