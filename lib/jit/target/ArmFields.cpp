//===- ArmFields.cpp - Fields of Arm and Thumb code -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/ArmFields.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using support::endian::read16le;
using support::endian::read32le;
using support::endian::write16le;
using support::endian::write32le;

namespace remoterun::jit::arm {

namespace {

constexpr uint64_t ThumbBit = 1;

/// A Thumb instruction of 32 bits: two halfwords, the first one high.
uint32_t readWide(const uint8_t *Memory) {
  return uint32_t(read16le(Memory)) << 16 | read16le(Memory + 2);
}

void writeWide(uint8_t *Memory, uint32_t Kept, uint32_t New) {
  uint32_t Instruction = (readWide(Memory) & Kept) | New;
  write16le(Memory, static_cast<uint16_t>(Instruction >> 16));
  write16le(Memory + 2, static_cast<uint16_t>(Instruction));
}

/// Bits \p From and up of \p Value, \p Count of them, to be at \p To.
uint32_t bits(uint64_t Value, unsigned From, unsigned Count, unsigned To) {
  return (static_cast<uint32_t>(Value >> From) & ((1U << Count) - 1)) << To;
}

// The fields of the Arm Architecture Reference Manual ARMv7-A: B (T1 to T4),
// BL and BLX, MOVW and MOVT, LDR (literal) and ADR.

/// Of BL, BLX and B.W: two of its bits are stored as their difference from the
/// sign.
int64_t readLongBranch(uint32_t Code) {
  uint32_t Sign = Code >> 26 & 1;
  uint32_t I1 = ~(Code >> 13 ^ Sign) & 1, I2 = ~(Code >> 11 ^ Sign) & 1;
  return SignExtend64<25>(uint64_t(Sign) << 24 | I1 << 23 | I2 << 22 |
                          bits(Code, 16, 10, 12) | bits(Code, 0, 11, 1));
}

constexpr uint32_t OfLongBranch = 0x07ff2fff;

uint32_t longBranch(int64_t Distance) {
  auto Value = static_cast<uint64_t>(Distance);
  uint32_t Sign = bits(Value, 24, 1, 0);
  uint32_t J1 = ~(bits(Value, 23, 1, 0) ^ Sign) & 1;
  uint32_t J2 = ~(bits(Value, 22, 1, 0) ^ Sign) & 1;
  return Sign << 26 | bits(Value, 12, 10, 16) | J1 << 13 | J2 << 11 |
         bits(Value, 1, 11, 0);
}

int64_t readConditional(uint32_t Code) {
  return SignExtend64<21>(bits(Code, 26, 1, 20) | bits(Code, 11, 1, 19) |
                          bits(Code, 13, 1, 18) | bits(Code, 16, 6, 12) |
                          bits(Code, 0, 11, 1));
}

constexpr uint32_t OfConditional = 0x043f2fff;

uint32_t conditional(int64_t Distance) {
  auto Value = static_cast<uint64_t>(Distance);
  return bits(Value, 20, 1, 26) | bits(Value, 19, 1, 11) |
         bits(Value, 18, 1, 13) | bits(Value, 12, 6, 16) |
         bits(Value, 1, 11, 0);
}

/// Of MOVW and MOVT in Thumb, and in A32.
int64_t readThumbHalf(uint32_t Code) {
  return SignExtend64<16>(bits(Code, 16, 4, 12) | bits(Code, 26, 1, 11) |
                          bits(Code, 12, 3, 8) | bits(Code, 0, 8, 0));
}

void writeThumbHalf(uint8_t *Memory, uint64_t Value) {
  writeWide(Memory, ~0x040f70ffU,
            bits(Value, 12, 4, 16) | bits(Value, 11, 1, 26) |
                bits(Value, 8, 3, 12) | bits(Value, 0, 8, 0));
}

int64_t readArmHalf(uint32_t Code) {
  return SignExtend64<16>(bits(Code, 16, 4, 12) | bits(Code, 0, 12, 0));
}

void writeArmHalf(uint8_t *Memory, uint64_t Value) {
  write32le(Memory, (read32le(Memory) & ~0x000f0fffU) | bits(Value, 12, 4, 16) |
                        bits(Value, 0, 12, 0));
}

// LDR (literal) adds its number, or subtracts it; ADR is ADD or SUB.
constexpr uint32_t LoadAdds = 0x00800000, AddressSubtracts = 0x00a00000;

int64_t readLoad(uint32_t Code) {
  int64_t Number = Code & 0xfff;
  return Code & LoadAdds ? Number : -Number;
}

int64_t readAddress(uint32_t Code) {
  int64_t Number =
      bits(Code, 26, 1, 11) | bits(Code, 12, 3, 8) | bits(Code, 0, 8, 0);
  return Code & AddressSubtracts ? -Number : Number;
}

bool writeNumber(uint8_t *Memory, uint32_t Type, int64_t Distance) {
  bool IsNegative = Distance < 0;
  auto Number = static_cast<uint64_t>(IsNegative ? -Distance : Distance);
  if (!isUInt<12>(Number))
    return false;
  if (Type == ELF::R_ARM_THM_PC12)
    writeWide(Memory, ~(LoadAdds | 0xfff),
              (IsNegative ? 0 : LoadAdds) | bits(Number, 0, 12, 0));
  else
    writeWide(Memory, ~(AddressSubtracts | 0x040070ffU),
              (IsNegative ? AddressSubtracts : 0) | bits(Number, 11, 1, 26) |
                  bits(Number, 8, 3, 12) | bits(Number, 0, 8, 0));
  return true;
}

/// Of a call, whether it leads to A32 code (BLX).
constexpr uint32_t CallsThumb = 0x1000;

/// A call can change the kind of code.
bool writeCall(uint8_t *Memory, uint64_t Place, uint64_t Value) {
  bool ToThumb = Value & ThumbBit;
  uint64_t From = ToThumb ? Place + 4 : alignDown(Place + 4, 4);
  uint64_t To = ToThumb ? Value & ~ThumbBit : alignDown(Value, 4);
  auto Distance = static_cast<int64_t>(To - From);
  if (!isInt<25>(Distance))
    return false;
  writeWide(Memory, ~(OfLongBranch | CallsThumb),
            longBranch(Distance) | (ToThumb ? CallsThumb : 0));
  return true;
}

/// Other branches stay in Thumb.
bool writeJump(uint32_t Type, uint8_t *Memory, uint64_t Place, uint64_t Value) {
  auto Distance = static_cast<int64_t>((Value & ~ThumbBit) - (Place + 4));
  if (!(Value & ThumbBit))
    return false;
  auto WriteShort = [&](unsigned Bits) {
    uint32_t Kept = read16le(Memory) >> Bits << Bits;
    write16le(Memory,
              static_cast<uint16_t>(
                  Kept | bits(static_cast<uint64_t>(Distance), 1, Bits, 0)));
    return true;
  };
  switch (Type) {
  case ELF::R_ARM_THM_JUMP24:
    if (!isInt<25>(Distance))
      return false;
    writeWide(Memory, ~OfLongBranch, longBranch(Distance));
    return true;
  case ELF::R_ARM_THM_JUMP19:
    if (!isInt<21>(Distance))
      return false;
    writeWide(Memory, ~OfConditional, conditional(Distance));
    return true;
  case ELF::R_ARM_THM_JUMP11:
    return isInt<12>(Distance) && WriteShort(11);
  default:
    return isInt<9>(Distance) && WriteShort(8);
  }
}

bool isField(uint32_t Type) { return widthOfField(Type) != 0; }

/// A branch counts from the address of what comes behind the next instruction.
int64_t addend(uint32_t Type, const uint8_t *Memory, bool IsFunction) {
  constexpr int64_t Pipeline = 4;
  int64_t Thumb = IsFunction ? 0 : ThumbBit;
  switch (Type) {
  case ELF::R_ARM_THM_CALL: {
    uint32_t Code = readWide(Memory);
    return readLongBranch(Code) + Pipeline + (Code & CallsThumb ? Thumb : 0);
  }
  case ELF::R_ARM_THM_JUMP24:
    return readLongBranch(readWide(Memory)) + Pipeline + Thumb;
  case ELF::R_ARM_THM_JUMP19:
    return readConditional(readWide(Memory)) + Pipeline + Thumb;
  case ELF::R_ARM_THM_JUMP11:
    return SignExtend64<12>(bits(read16le(Memory), 0, 11, 1)) + Pipeline +
           Thumb;
  case ELF::R_ARM_THM_JUMP8:
    return SignExtend64<9>(bits(read16le(Memory), 0, 8, 1)) + Pipeline + Thumb;
  case ELF::R_ARM_THM_MOVW_ABS_NC:
  case ELF::R_ARM_THM_MOVT_ABS:
  case ELF::R_ARM_THM_MOVW_PREL_NC:
  case ELF::R_ARM_THM_MOVT_PREL:
    return readThumbHalf(readWide(Memory));
  case ELF::R_ARM_MOVW_PREL_NC:
  case ELF::R_ARM_MOVT_PREL:
    return readArmHalf(read32le(Memory));
  case ELF::R_ARM_THM_PC12:
    return readLoad(readWide(Memory));
  case ELF::R_ARM_THM_ALU_PREL_11_0:
    return readAddress(readWide(Memory));
  case ELF::R_ARM_TLS_GOTDESC: {
    // How far behind its call the word is, and whether that is in Thumb.
    int64_t Behind = SignExtend64<32>(read32le(Memory));
    return Behind - (Behind & 1 ? Pipeline + 1 : 2 * Pipeline);
  }
  case ELF::R_ARM_TLS_CALL:
  case ELF::R_ARM_THM_TLS_CALL:
    return 0;
  default: // R_ARM_REL32
    return SignExtend64<32>(read32le(Memory));
  }
}

bool writeField(uint32_t Type, uint8_t *Memory, uint64_t Place,
                uint64_t Value) {
  constexpr unsigned HighHalf = 16;
  uint64_t Distance = Value - Place;
  // Instructions that load from beside the code count from whole words.
  auto FromWord = static_cast<int64_t>(Value - alignDown(Place, 4));
  switch (Type) {
  case ELF::R_ARM_THM_CALL:
    return writeCall(Memory, Place, Value);
  case ELF::R_ARM_THM_MOVW_ABS_NC:
    writeThumbHalf(Memory, Value);
    return true;
  case ELF::R_ARM_THM_MOVT_ABS:
    writeThumbHalf(Memory, Value >> HighHalf);
    return true;
  case ELF::R_ARM_THM_MOVW_PREL_NC:
    writeThumbHalf(Memory, Distance);
    return true;
  case ELF::R_ARM_THM_MOVT_PREL:
    writeThumbHalf(Memory, Distance >> HighHalf);
    return true;
  case ELF::R_ARM_MOVW_PREL_NC:
    writeArmHalf(Memory, Distance);
    return true;
  case ELF::R_ARM_MOVT_PREL:
    writeArmHalf(Memory, Distance >> HighHalf);
    return true;
  case ELF::R_ARM_THM_PC12:
  case ELF::R_ARM_THM_ALU_PREL_11_0:
    return writeNumber(Memory, Type, FromWord);
  case ELF::R_ARM_REL32:
  case ELF::R_ARM_TLS_GOTDESC:
    write32le(Memory, static_cast<uint32_t>(Distance));
    return true;
  case ELF::R_ARM_TLS_CALL:
    write32le(Memory, 0xe79f0000); // ldr r0, [pc, r0]
    return true;
  case ELF::R_ARM_THM_TLS_CALL:
    write16le(Memory, 0x4478);     // add r0, pc
    write16le(Memory + 2, 0x6800); // ldr r0, [r0]
    return true;
  default:
    return writeJump(Type, Memory, Place, Value);
  }
}

void writeNothing(uint32_t Type, uint8_t *Memory) {
  constexpr uint16_t Nop = 0xbf00, WideNop[] = {0xf3af, 0x8000};
  if (widthOfField(Type) == 2)
    return write16le(Memory, Nop);
  write16le(Memory, WideNop[0]);
  write16le(Memory + 2, WideNop[1]);
}

void writeThumbJump(uint8_t *Memory, uint64_t, uint64_t Target) {
  write16le(Memory, 0xf8df); // ldr.w pc, [pc]
  write16le(Memory + 2, 0xf000);
  write32le(Memory + 4, static_cast<uint32_t>(Target));
}

} // namespace

uint8_t widthOfField(uint32_t Type) {
  switch (Type) {
  case ELF::R_ARM_THM_JUMP11:
  case ELF::R_ARM_THM_JUMP8:
    return 2;
  case ELF::R_ARM_REL32:
  case ELF::R_ARM_TLS_GOTDESC:
  case ELF::R_ARM_TLS_CALL:
  case ELF::R_ARM_THM_TLS_CALL:
  case ELF::R_ARM_MOVW_PREL_NC:
  case ELF::R_ARM_MOVT_PREL:
  case ELF::R_ARM_THM_CALL:
  case ELF::R_ARM_THM_JUMP24:
  case ELF::R_ARM_THM_JUMP19:
  case ELF::R_ARM_THM_MOVW_ABS_NC:
  case ELF::R_ARM_THM_MOVT_ABS:
  case ELF::R_ARM_THM_MOVW_PREL_NC:
  case ELF::R_ARM_THM_MOVT_PREL:
  case ELF::R_ARM_THM_PC12:
  case ELF::R_ARM_THM_ALU_PREL_11_0:
    return 4;
  default:
    return 0;
  }
}

bool isBranchField(uint32_t Type) {
  switch (Type) {
  case ELF::R_ARM_THM_CALL:
  case ELF::R_ARM_THM_JUMP24:
  case ELF::R_ARM_THM_JUMP19:
  case ELF::R_ARM_THM_JUMP11:
  case ELF::R_ARM_THM_JUMP8:
    return true;
  default:
    return false;
  }
}

const FieldRules Fields = {
    .IsField = isField,
    .IsBranch = isBranchField,
    .Addend = addend,
    .Write = writeField,
    .WriteNothing = writeNothing,
    .Jump = {8, writeThumbJump},
    .JumpAlignment = 4,
    .JumpKind = ThumbBit,
};

} // namespace remoterun::jit::arm
