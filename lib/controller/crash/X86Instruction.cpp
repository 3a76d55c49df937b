//===- X86Instruction.cpp - What a faulting instruction wanted ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/X86Instruction.h"

namespace remoterun::controller {

namespace {

/// Takes bytes off the front; zeroes past the end, and remembers.
class Cursor {
public:
  explicit Cursor(std::span<const uint8_t> Bytes) : Left(Bytes) {}

  uint8_t peek() const { return Left.empty() ? 0 : Left.front(); }
  uint8_t take() {
    if (Left.empty()) {
      IsPastEnd = true;
      return 0;
    }
    uint8_t Byte = Left.front();
    Left = Left.subspan(1);
    return Byte;
  }
  /// A signed displacement of \p Size bytes.
  uint64_t displacement(unsigned Size) {
    uint64_t Value = 0;
    for (unsigned I = 0; I != Size; ++I)
      Value |= uint64_t(take()) << (8 * I);
    if (Size == 1)
      return static_cast<uint64_t>(int64_t(static_cast<int8_t>(Value)));
    return static_cast<uint64_t>(int64_t(static_cast<int32_t>(Value)));
  }
  size_t left() const { return Left.size(); }
  bool isPastEnd() const { return IsPastEnd; }

private:
  std::span<const uint8_t> Left;
  bool IsPastEnd = false;
};

struct Extensions {
  bool W = false, X = false, B = false;
};

/// Legacy prefixes, then REX or VEX, then the opcode.
Extensions decodeOpcode(Cursor &Bytes, X86Instruction &Found) {
  Extensions Bits;
  auto IsPrefix = [](uint8_t Byte) {
    return Byte == 0x66 || Byte == 0x67 || Byte == 0xf0 || Byte == 0xf2 ||
           Byte == 0xf3 || Byte == 0x2e || Byte == 0x36 || Byte == 0x3e ||
           Byte == 0x26 || Byte == 0x64 || Byte == 0x65;
  };
  while (IsPrefix(Bytes.peek()))
    Found.IsNarrow |= Bytes.take() == 0x66;
  if ((Bytes.peek() & 0xf0) == 0x40) {
    uint8_t Rex = Bytes.take();
    Bits = {(Rex & 8) != 0, (Rex & 2) != 0, (Rex & 1) != 0};
  } else if (Bytes.peek() == 0xc5) {
    Bytes.take();
    Found.IsNarrow = (Bytes.take() & 3) == 1;
    Found.IsVex = true;
    Found.Map = 2;
  } else if (Bytes.peek() == 0xc4) {
    Bytes.take();
    uint8_t First = Bytes.take(), Second = Bytes.take();
    Bits = {(Second & 0x80) != 0, (First & 0x40) == 0, (First & 0x20) == 0};
    Found.IsNarrow = (Second & 3) == 1;
    Found.IsVex = true;
    Found.Map = static_cast<uint8_t>((First & 0x1f) + 1);
  }
  Found.IsWide = Bits.W;
  Found.Opcode = Bytes.take();
  if (!Found.IsVex && Found.Opcode == 0x0f) {
    Found.Map = 2;
    Found.Opcode = Bytes.take();
    if (Found.Opcode == 0x38 || Found.Opcode == 0x3a) {
      Found.Map = Found.Opcode == 0x38 ? 3 : 4;
      Found.Opcode = Bytes.take();
    }
  }
  return Bits;
}

bool hasModRm(const X86Instruction &Found) {
  uint8_t Opcode = Found.Opcode;
  if (Found.Map == 1)
    return (Opcode < 0x40 && (Opcode & 7) < 4) || Opcode == 0x63 ||
           Opcode == 0x69 || Opcode == 0x6b || (Opcode & 0xf0) == 0x80 ||
           (Opcode & 0xfe) == 0xc0 || (Opcode & 0xfe) == 0xc6 ||
           (Opcode & 0xfc) == 0xd0 || (Opcode & 0xf8) == 0xd8 ||
           (Opcode & 0xfe) == 0xf6 || (Opcode & 0xfe) == 0xfe;
  if (Found.Map == 2)
    return !((Opcode & 0xf0) == 0x80 || (Opcode & 0xf8) == 0xc8 ||
             (Opcode & 0xf0) == 0x30 || Opcode == 0x05 || Opcode == 0x0b ||
             Opcode == 0xa2);
  return true;
}

/// How many bytes of an immediate value follow the operand, on which an address
/// relative to the next instruction depends.
unsigned immediateSize(const X86Instruction &Found) {
  if (Found.Map == 4)
    return 1;
  if (Found.Map == 2)
    return (Found.Opcode >= 0x70 && Found.Opcode <= 0x73) ||
                   Found.Opcode == 0xc2 ||
                   (Found.Opcode >= 0xc4 && Found.Opcode <= 0xc6)
               ? 1
               : 0;
  unsigned Word = Found.IsNarrow ? 2 : 4;
  switch (Found.Map == 1 ? Found.Opcode : 0) {
  case 0x6b:
  case 0x80:
  case 0x83:
  case 0xc0:
  case 0xc1:
  case 0xc6:
    return 1;
  case 0x69:
  case 0x81:
  case 0xc7:
    return Word;
  case 0xf6:
    return Found.Field < 2 ? 1 : 0;
  case 0xf7:
    return Found.Field < 2 ? Word : 0;
  default:
    return 0;
  }
}

constexpr unsigned NoIndex = 4, NeedsSib = 4, NoBase = 5;

/// The address of the operand in memory; \p Bytes are after the ModRM byte.
uint64_t operandAddress(Cursor &Bytes, uint8_t ModRm, Extensions Bits,
                        const X86Instruction &Found, size_t Size,
                        std::span<const uint64_t> Registers) {
  unsigned Mode = ModRm >> 6, Base = ModRm & 7;
  uint64_t Address = 0;
  bool HasBase = true;
  if (Base == NeedsSib) {
    uint8_t Sib = Bytes.take();
    unsigned Index = ((Sib >> 3) & 7u) | (Bits.X ? 8u : 0u);
    Base = Sib & 7;
    if (Index != NoIndex)
      Address += x86Register(Index, Registers) << (Sib >> 6);
    HasBase = Mode != 0 || Base != NoBase;
  } else if (Mode == 0 && Base == NoBase) {
    uint64_t Distance = Bytes.displacement(4);
    uint64_t Pc = Registers[16];
    return Pc + (Size - Bytes.left()) + immediateSize(Found) + Distance;
  }
  if (HasBase)
    Address += x86Register(Base | (Bits.B ? 8u : 0u), Registers);
  if (Mode == 1)
    Address += Bytes.displacement(1);
  else if (Mode == 2 || !HasBase)
    Address += Bytes.displacement(4);
  return Address;
}

} // namespace

uint64_t x86Register(unsigned Number, std::span<const uint64_t> Registers) {
  // DWARF's order is another one for the first eight (psABI, table 3.36).
  constexpr uint8_t InDwarf[] = {0, 2, 1, 3, 7, 6, 4, 5};
  return Registers[Number < 8 ? InDwarf[Number] : Number];
}

std::optional<X86Instruction> decodeX86(std::span<const uint8_t> Bytes,
                                        std::span<const uint64_t> Registers) {
  constexpr size_t WithPc = 17;
  if (Registers.size() < WithPc)
    return std::nullopt;
  X86Instruction Found;
  Cursor Left(Bytes);
  Extensions Bits = decodeOpcode(Left, Found);
  Found.HasModRm = hasModRm(Found);
  if (Found.HasModRm) {
    uint8_t ModRm = Left.take();
    Found.Field = (ModRm >> 3) & 7;
    if (ModRm >> 6 == 3)
      Found.Register = (ModRm & 7u) | (Bits.B ? 8u : 0u);
    else
      Found.Address =
          operandAddress(Left, ModRm, Bits, Found, Bytes.size(), Registers);
  }
  if (Left.isPastEnd())
    return std::nullopt;
  return Found;
}

} // namespace remoterun::controller
