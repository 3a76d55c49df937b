//===- PowerPC64LE.cpp - The Power instruction set, little-endian ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/Isas.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using support::endian::read32le;
using support::endian::write32le;

namespace remoterun::jit {

namespace {

using Form = RelocationRule::Form;

ThreadLocalRule threadLocalRule(uint32_t Type) {
  using Library = ThreadLocalRule::Library;
  switch (Type) {
  case ELF::R_PPC64_TPREL16:
  case ELF::R_PPC64_TPREL16_DS:
  case ELF::R_PPC64_TPREL16_HA:
  case ELF::R_PPC64_TPREL16_LO:
  case ELF::R_PPC64_TPREL16_LO_DS:
  case ELF::R_PPC64_GOT_TPREL16_DS:
  case ELF::R_PPC64_GOT_TPREL16_LO_DS:
  case ELF::R_PPC64_GOT_TLSGD16:
  case ELF::R_PPC64_GOT_TLSGD16_LO:
  case ELF::R_PPC64_DTPREL16_HA:
  case ELF::R_PPC64_DTPREL16_LO:
  case ELF::R_PPC64_DTPREL16_LO_DS:
    return {.IsThreadLocal = true};
  case ELF::R_PPC64_TLS:
    return {.IsThreadLocal = true, .OfLibrary = Library::Nothing};
  case ELF::R_PPC64_TLSGD:
    return {
        .IsThreadLocal = true, .HasCall = true, .OfLibrary = Library::Nothing};
  // Of the table of contents, see link().
  case ELF::R_PPC64_TPREL64:
    return {.IsThreadLocal = true, .OfLibrary = Library::Word};
  case ELF::R_PPC64_DTPMOD64:
    return {.IsThreadLocal = true, .OfLibrary = Library::ModuleWord};
  case ELF::R_PPC64_DTPREL64:
    return {.IsThreadLocal = true, .OfLibrary = Library::IndexWord};
  case ELF::R_PPC64_TLSLD:
    return {.IsThreadLocal = true, .NeedsNoVariable = true, .HasCall = true};
  case ELF::R_PPC64_GOT_TPREL16_HA:
  case ELF::R_PPC64_GOT_TLSGD16_HA:
  case ELF::R_PPC64_GOT_TLSLD16_HA:
  case ELF::R_PPC64_GOT_TLSLD16:
  case ELF::R_PPC64_GOT_TLSLD16_LO:
    return {.IsThreadLocal = true, .NeedsNoVariable = true};
  default:
    return {};
  }
}

/// What the code asks for if a library has the variable: an entry of its own
/// object's table of contents.
LinkRule link(uint32_t Type) {
  using Value = LinkRule::Value;
  switch (Type) {
  case ELF::R_PPC64_GOT_TLSGD16:
    return {Value::IndexEntry, ELF::R_PPC64_TOC16};
  case ELF::R_PPC64_GOT_TLSGD16_LO:
    return {Value::IndexEntry, ELF::R_PPC64_TOC16_LO};
  case ELF::R_PPC64_GOT_TLSGD16_HA:
    return {Value::IndexEntry, ELF::R_PPC64_TOC16_HA};
  case ELF::R_PPC64_GOT_TPREL16_DS:
    return {Value::OffsetEntry, ELF::R_PPC64_TOC16_DS};
  case ELF::R_PPC64_GOT_TPREL16_LO_DS:
    return {Value::OffsetEntry, ELF::R_PPC64_TOC16_LO_DS};
  case ELF::R_PPC64_GOT_TPREL16_HA:
    return {Value::OffsetEntry, ELF::R_PPC64_TOC16_HA};
  default:
    return {};
  }
}

/// The instruction with a constant in place of the register that is its last
/// operand; 0 where none is known. Those with primary opcode 31 have another
/// one in bits 1 to 10.
uint32_t withConstant(uint32_t Instruction, uint32_t Constant) {
  struct Form {
    uint32_t Indexed, Constant;
  };
  constexpr Form Known[] = {
      {266, 14}, {23, 32},  {87, 34},  {151, 36}, {215, 38}, {279, 40},
      {343, 42}, {407, 44}, {535, 48}, {599, 50}, {663, 52}, {727, 54},
  }; // add, lwzx, lbzx, stwx, stbx, lhzx, lhax, sthx, lfsx, lfdx, stfsx, stfdx
  constexpr Form KnownDs[] = {{21, 58}, {149, 62}}; // ldx, stdx
  constexpr uint32_t Lwax = 341, Lwa = 58u << 26 | 2;
  if (Instruction >> 26 != 31)
    return 0;
  uint32_t Opcode = Instruction >> 1 & 0x3ff;
  uint32_t Registers = Instruction & 0x03ff0000;
  for (Form Each : Known)
    if (Each.Indexed == Opcode)
      return Each.Constant << 26 | Registers | (Constant & 0xffff);
  for (Form Each : KnownDs)
    if (Each.Indexed == Opcode)
      return Each.Constant << 26 | Registers | (Constant & 0xfffc);
  return Opcode == Lwax ? Lwa | Registers | (Constant & 0xfffc) : 0;
}

/// bl __tls_get_addr; nop becomes nop; addi r3, r3, constant.
bool replaceCall(MutableArrayRef<uint8_t> Code, uint64_t Offset,
                 uint32_t Constant) {
  constexpr uint32_t Nop = 0x60000000, AddiToR3 = 0x38630000;
  if (Code.size() - Offset < 8 || read32le(&Code[Offset]) >> 26 != 18 ||
      read32le(&Code[Offset + 4]) != Nop)
    return false;
  write32le(&Code[Offset], Nop);
  write32le(&Code[Offset + 4], AddiToR3 | (Constant & 0xffff));
  return true;
}

/// 64-Bit ELF V2 ABI, sections 3.7.3 and 3.7.4.
bool makeLocalExec(MutableArrayRef<uint8_t> Code, uint64_t Offset,
                   uint32_t Type, int64_t Distance) {
  constexpr int64_t Half = 0x8000; // What the lower 16 bits may take away.
  constexpr uint32_t Nop = 0x60000000, AddisFromR13 = 0x3c0d0000;
  // Where variables of one module are counted from, in this model.
  constexpr int64_t BaseFromPointer = 0x1000;
  if (Type == ELF::R_PPC64_DTPREL16_HA || Type == ELF::R_PPC64_DTPREL16_LO ||
      Type == ELF::R_PPC64_DTPREL16_LO_DS)
    Distance -= BaseFromPointer;
  // Of an instruction, constants are at its start.
  if (Offset % 4 != 0 || Offset > Code.size() || Code.size() - Offset < 4 ||
      !isInt<32>(Distance + Half))
    return false;
  auto Low = static_cast<uint32_t>(Distance);
  uint32_t High = static_cast<uint32_t>((Distance + Half) >> 16) & 0xffff;
  uint32_t Old = read32le(&Code[Offset]), New = 0;
  switch (Type) {
  case ELF::R_PPC64_TPREL16:
  case ELF::R_PPC64_TPREL16_DS:
    if (!isInt<16>(Distance))
      return false;
    [[fallthrough]];
  case ELF::R_PPC64_TPREL16_LO:
  case ELF::R_PPC64_TPREL16_LO_DS:
  case ELF::R_PPC64_DTPREL16_LO:
  case ELF::R_PPC64_DTPREL16_LO_DS:
    if (Type == ELF::R_PPC64_TPREL16 || Type == ELF::R_PPC64_TPREL16_LO ||
        Type == ELF::R_PPC64_DTPREL16_LO)
      New = (Old & 0xffff0000) | (Low & 0xffff);
    else
      New = (Old & 0xffff0003) | (Low & 0xfffc);
    break;
  case ELF::R_PPC64_TPREL16_HA:
  case ELF::R_PPC64_DTPREL16_HA:
    New = (Old & 0xffff0000) | High;
    break;
  case ELF::R_PPC64_GOT_TPREL16_HA: // addis
  case ELF::R_PPC64_GOT_TLSGD16_HA:
  case ELF::R_PPC64_GOT_TLSLD16_HA:
    New = Nop;
    break;
  case ELF::R_PPC64_GOT_TLSGD16: // addi
  case ELF::R_PPC64_GOT_TLSGD16_LO:
    New = AddisFromR13 | (Old & 0x03e00000) | High;
    break;
  case ELF::R_PPC64_GOT_TLSLD16: // addi
  case ELF::R_PPC64_GOT_TLSLD16_LO:
    New = AddisFromR13 | (Old & 0x03e00000);
    break;
  case ELF::R_PPC64_TLSGD:
    return replaceCall(Code, Offset, Low);
  case ELF::R_PPC64_TLSLD:
    return replaceCall(Code, Offset, BaseFromPointer);
  case ELF::R_PPC64_GOT_TPREL16_DS: // ld
  case ELF::R_PPC64_GOT_TPREL16_LO_DS:
    New = AddisFromR13 | (Old & 0x03e00000) | High;
    break;
  case ELF::R_PPC64_TLS:
    New = withConstant(Old, Low);
    break;
  default:
    break;
  }
  if (New == 0)
    return false;
  write32le(&Code[Offset], New);
  return true;
}

RelocationRule rule(uint32_t Type) {
  constexpr bool Near = true, NotNear = false;
  switch (Type) {
  case ELF::R_PPC64_NONE:
    return {};
  case ELF::R_PPC64_ADDR64:
    return {true, 8, NotNear, false, Form::Absolute};
  case ELF::R_PPC64_REL64:
    return {true, 8, NotNear, false, Form::Relative};
  case ELF::R_PPC64_TOC:
    return {true, 8};
  case ELF::R_PPC64_ADDR32:
    return {true, 4, Near, false, Form::Absolute};
  case ELF::R_PPC64_REL32:
    return {true, 4, Near, false, Form::Relative};
  case ELF::R_PPC64_REL24:
    return {.IsImplemented = true,
            .Width = 4,
            .UsesLocalEntry = true,
            .IsCall = true};
  case ELF::R_PPC64_REL16_LO:
  case ELF::R_PPC64_REL16_HI:
  case ELF::R_PPC64_REL16_HA:
    return {true, 2, Near};
  case ELF::R_PPC64_ADDR16_LO:
  case ELF::R_PPC64_ADDR16_LO_DS:
  case ELF::R_PPC64_ADDR16_HI:
  case ELF::R_PPC64_ADDR16_HIGH:
  case ELF::R_PPC64_ADDR16_HA:
  case ELF::R_PPC64_ADDR16_HIGHA:
  case ELF::R_PPC64_ADDR16_HIGHER:
  case ELF::R_PPC64_ADDR16_HIGHERA:
  case ELF::R_PPC64_ADDR16_HIGHEST:
  case ELF::R_PPC64_ADDR16_HIGHESTA:
    return {true, 2};
  case ELF::R_PPC64_TOC16:
  case ELF::R_PPC64_TOC16_DS:
  case ELF::R_PPC64_TOC16_LO:
  case ELF::R_PPC64_TOC16_LO_DS:
  case ELF::R_PPC64_TOC16_HI:
  case ELF::R_PPC64_TOC16_HA:
    return {true, 2, NotNear, false, Form::None, /*IsOfToc=*/true};
  default:
    return {threadLocalRule(Type).IsThreadLocal, 0};
  }
}

RelocationReach reach(uint32_t Type) {
  switch (Type) {
  case ELF::R_PPC64_ADDR32:
    return {.Bits = 32, .Of = RelocationReach::Numbers::Either};
  case ELF::R_PPC64_REL32:
  case ELF::R_PPC64_REL16_HI:
  case ELF::R_PPC64_REL16_HA:
    return {.Bits = 32, .IsDistance = true};
  default:
    return {};
  }
}

/// Functions find their TOC by their own address, in r12. Returns the end.
uint8_t *writeLoadR12(uint8_t *Memory, uint64_t Value) {
  auto Part = [Value](int Shift) {
    return static_cast<uint32_t>(Value >> Shift) & 0xffff;
  };
  write32le(Memory, 0x3d800000 | Part(48));      // lis r12, highest
  write32le(Memory + 4, 0x618c0000 | Part(32));  // ori r12, r12, higher
  write32le(Memory + 8, 0x798c07c6);             // sldi r12, r12, 32
  write32le(Memory + 12, 0x658c0000 | Part(16)); // oris r12, r12, high
  write32le(Memory + 16, 0x618c0000 | Part(0));  // ori r12, r12, low
  return Memory + 20;
}

void writeFarJump(uint8_t *Memory, uint64_t, uint64_t Target) {
  uint8_t *Next = writeLoadR12(Memory, Target);
  write32le(Next, 0x7d8903a6);     // mtctr r12
  write32le(Next + 4, 0x4e800420); // bctr
}

void writeSlotJump(uint8_t *Memory, uint64_t, uint64_t Slot) {
  uint8_t *Next = writeLoadR12(Memory, Slot);
  write32le(Next, 0xe98c0000);     // ld r12, 0(r12)
  write32le(Next + 4, 0x7d8903a6); // mtctr r12
  write32le(Next + 8, 0x4e800420); // bctr
}

/// AT_PLATFORM is "power9" where LLVM says "pwr9"; the bits of HWCAP2 are those
/// of <asm/cputable.h>.
Processor describe(const ProcessorFacts &Facts) {
  Processor Found;
  StringRef Platform = Facts.Platform;
  if (Platform.consume_front("power"))
    Found.Name = ("pwr" + Platform).str();
  else if (Facts.MoreCapabilities >> 23 & 1) // ISA 3.00
    Found.Name = "pwr9";
  return Found;
}

constexpr uint8_t Return[] = {0x20, 0x00, 0x80, 0x4e}; // blr

} // namespace

const Isa PowerPC64LEIsa = {
    .Arch = Triple::ppc64le,
    .Multiarch = "powerpc64le-linux-gnu",
    .Triple = "powerpc64le-unknown-linux-gnu",
    .Machine = ELF::EM_PPC64,
    .RuntimeName = "powerpc64le",
    .EmulatorName = "ppc64le",
    .PortName = "ppc64el",
    .Relocation = Reloc::PIC_,
    .Code = CodeModel::Small,
    // RuntimeDyld has no relocations of prefixed instructions.
    .Features = "-pcrelative-memops",
    .JoinsObjects = false,
    .HasTableOfContents = true,
    .Rule = rule,
    .Reach = reach,
    .Link = link,
    .ThreadLocals = {.Rule = threadLocalRule,
                     .MakeLocalExec = makeLocalExec,
                     .OffsetWord = ELF::R_PPC64_TPREL64,
                     .IndexWord = ELF::R_PPC64_DTPREL64,
                     .ModuleWord = ELF::R_PPC64_DTPMOD64},
    .PointerRelocation = ELF::R_PPC64_ADDR64,
    .Dynamic = {.Copy = ELF::R_PPC64_COPY,
                .Slot = ELF::R_PPC64_JMP_SLOT,
                .Resolved = ELF::R_PPC64_IRELATIVE,
                .Module = ELF::R_PPC64_DTPMOD64,
                .Offset = ELF::R_PPC64_DTPREL64,
                .FromThreadPointer = ELF::R_PPC64_TPREL64},
    .ObjectFlags = "-mcmodel=small",
    .FarJump = {28, writeFarJump},
    .SlotJump = {32, writeSlotJump},
    .Return = Return,
    .Describe = describe,
    .PassStruct = passStructPpc64le,
    .ExtendsWords = true,
};

} // namespace remoterun::jit
