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

using namespace llvm;
using support::endian::write32le;

namespace remoterun::jit {

namespace {

using Form = RelocationRule::Form;

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
    return {.IsImplemented = true, .Width = 4, .UsesLocalEntry = true};
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
    .HasNativeThreadLocals = false,
    .JoinsObjects = false,
    .HasTableOfContents = true,
    .Rule = rule,
    .PointerRelocation = ELF::R_PPC64_ADDR64,
    .Dynamic = {.Copy = ELF::R_PPC64_COPY,
                .Slot = ELF::R_PPC64_JMP_SLOT,
                .Resolved = ELF::R_PPC64_IRELATIVE},
    .ObjectFlags = "-mcmodel=small",
    .FarJump = {28, writeFarJump},
    .SlotJump = {32, writeSlotJump},
    .Return = Return,
    .Describe = describe,
};

} // namespace remoterun::jit
