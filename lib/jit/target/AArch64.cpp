//===- AArch64.cpp - The AArch64 instruction set --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/AArch64LateSlots.h"
#include "jit/target/Isas.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;
using support::endian::read32le;
using support::endian::write32le;
using support::endian::write64le;

namespace remoterun::jit {

namespace {

using Form = RelocationRule::Form;

ThreadLocalRule threadLocalRule(uint32_t Type) {
  using Library = ThreadLocalRule::Library;
  switch (Type) {
  case ELF::R_AARCH64_TLSLE_ADD_TPREL_HI12:
  case ELF::R_AARCH64_TLSLE_ADD_TPREL_LO12:
  case ELF::R_AARCH64_TLSLE_ADD_TPREL_LO12_NC:
    return {.IsThreadLocal = true};
  case ELF::R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21:
    return {.IsThreadLocal = true,
            .OfLibrary = Library::Offset,
            .AppliedAs = ELF::R_AARCH64_ADR_PREL_PG_HI21};
  case ELF::R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC:
    return {.IsThreadLocal = true,
            .OfLibrary = Library::Offset,
            .AppliedAs = ELF::R_AARCH64_LDST64_ABS_LO12_NC};
  case ELF::R_AARCH64_TLSDESC_ADR_PAGE21:
    return {.IsThreadLocal = true,
            .OfLibrary = Library::Descriptor,
            .AppliedAs = ELF::R_AARCH64_ADR_PREL_PG_HI21};
  case ELF::R_AARCH64_TLSDESC_LD64_LO12:
    return {.IsThreadLocal = true,
            .OfLibrary = Library::Descriptor,
            .AppliedAs = ELF::R_AARCH64_LDST64_ABS_LO12_NC};
  case ELF::R_AARCH64_TLSDESC_ADD_LO12:
    return {.IsThreadLocal = true,
            .OfLibrary = Library::Descriptor,
            .AppliedAs = ELF::R_AARCH64_ADD_ABS_LO12_NC};
  case ELF::R_AARCH64_TLSDESC_CALL:
    return {.IsThreadLocal = true, .OfLibrary = Library::Nothing};
  default:
    return {};
  }
}

constexpr uint32_t Nop = 0xd503201f;

/// Into the immediate of an add, 12 bits.
uint32_t withImmediate(uint32_t Instruction, uint64_t Value) {
  return Instruction | static_cast<uint32_t>(Value & 0xfff) << 10;
}

/// A half of 16 bits of \p Value into a register: movz (with zeroes in the
/// rest of it) for the upper of the lowest two, movk for the lower.
uint32_t move(uint32_t Opcode, uint32_t Register, uint64_t Value) {
  return Opcode | static_cast<uint32_t>(Value & 0xffff) << 5 | Register;
}

/// ELF for the Arm 64-bit Architecture, "Relocations for thread-local storage"
/// and "Linker optimization".
bool makeLocalExec(MutableArrayRef<uint8_t> Code, uint64_t Offset,
                   uint32_t Type, int64_t Distance) {
  constexpr uint32_t Movz = 0xd2a00000, Movk = 0xf2800000;
  if (Offset > Code.size() || Code.size() - Offset < 4)
    return false;
  uint32_t Old = read32le(&Code[Offset]), New = 0;
  auto Value = static_cast<uint64_t>(Distance);
  constexpr uint64_t Most = uint64_t(1) << 24;
  if (Value >= Most)
    return false;
  switch (Type) {
  case ELF::R_AARCH64_TLSLE_ADD_TPREL_HI12:
    New = withImmediate(Old, Value >> 12);
    break;
  case ELF::R_AARCH64_TLSLE_ADD_TPREL_LO12:
    if (Value > 0xfff)
      return false;
    [[fallthrough]];
  case ELF::R_AARCH64_TLSLE_ADD_TPREL_LO12_NC:
    New = withImmediate(Old, Value);
    break;
  case ELF::R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21: // adrp
    New = move(Movz, Old & 31, Value >> 16);
    break;
  case ELF::R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC: // ldr
    New = move(Movk, Old & 31, Value);
    break;
  case ELF::R_AARCH64_TLSDESC_ADR_PAGE21: // adrp x0
    New = move(Movz, 0, Value >> 16);
    break;
  case ELF::R_AARCH64_TLSDESC_LD64_LO12: // ldr x1, [x0]
    New = move(Movk, 0, Value);
    break;
  default: // add x0, x0; blr x1
    New = Nop;
  }
  write32le(&Code[Offset], New);
  return true;
}

/// R_AARCH64_LD_PREL_LO19 and R_AARCH64_ADR_PREL_LO21 are missing: RuntimeDyld
/// cuts their distances off.
RelocationRule rule(uint32_t Type) {
  constexpr bool Near = true, NotNear = false;
  switch (Type) {
  case ELF::R_AARCH64_NONE:
    return {true, 0};
  case ELF::R_AARCH64_ABS64:
    return {true, 8, NotNear, false, Form::Absolute};
  case ELF::R_AARCH64_PREL64:
    return {true, 8, NotNear, false, Form::Relative};
  case ELF::R_AARCH64_ABS32:
    return {true, 4, Near, false, Form::Absolute};
  case ELF::R_AARCH64_PREL32:
    return {true, 4, Near, false, Form::Relative};
  case ELF::R_AARCH64_ABS16:
  case ELF::R_AARCH64_PREL16:
    return {true, 2, Near};
  case ELF::R_AARCH64_PLT32:
  case ELF::R_AARCH64_CONDBR19:
  case ELF::R_AARCH64_TSTBR14:
  case ELF::R_AARCH64_ADR_PREL_PG_HI21:
  case ELF::R_AARCH64_ADD_ABS_LO12_NC:
  case ELF::R_AARCH64_LDST8_ABS_LO12_NC:
  case ELF::R_AARCH64_LDST16_ABS_LO12_NC:
  case ELF::R_AARCH64_LDST32_ABS_LO12_NC:
  case ELF::R_AARCH64_LDST64_ABS_LO12_NC:
  case ELF::R_AARCH64_LDST128_ABS_LO12_NC:
    return {true, 4, Near};
  case ELF::R_AARCH64_CALL26:
  case ELF::R_AARCH64_JUMP26:
    return {.IsImplemented = true, .Width = 4, .IsCall = true};
  case ELF::R_AARCH64_ADR_GOT_PAGE: // See link().
  case ELF::R_AARCH64_LD64_GOT_LO12_NC:
  case ELF::R_AARCH64_MOVW_UABS_G3:
  case ELF::R_AARCH64_MOVW_UABS_G2_NC:
  case ELF::R_AARCH64_MOVW_UABS_G1_NC:
  case ELF::R_AARCH64_MOVW_UABS_G0_NC:
    return {true, 4};
  // Calls of __tls_get_addr.
  case ELF::R_AARCH64_TLSGD_ADR_PAGE21:
  case ELF::R_AARCH64_TLSGD_ADD_LO12_NC:
  case ELF::R_AARCH64_TLSLD_ADR_PAGE21:
  case ELF::R_AARCH64_TLSLD_ADD_LO12_NC:
    return {.AvoidedBy = "-mtls-dialect=desc"};
  // As gcc's -fpic has it: from the page of a GOT that has 15 bits of entries.
  case ELF::R_AARCH64_LD64_GOTPAGE_LO15:
    return {.AvoidedBy = "-fPIC"};
  default:
    return {threadLocalRule(Type).IsThreadLocal, 0};
  }
}

RelocationReach reach(uint32_t Type) {
  using Numbers = RelocationReach::Numbers;
  switch (Type) {
  case ELF::R_AARCH64_ABS32:
    return {.Bits = 32, .Of = Numbers::Either};
  case ELF::R_AARCH64_ABS16:
    return {.Bits = 16, .Of = Numbers::Either};
  case ELF::R_AARCH64_PREL32:
    return {.Bits = 32, .IsDistance = true, .Of = Numbers::Either};
  case ELF::R_AARCH64_PREL16:
    return {.Bits = 16, .IsDistance = true, .Of = Numbers::Either};
  case ELF::R_AARCH64_PLT32:
    return {.Bits = 32, .IsDistance = true};
  case ELF::R_AARCH64_CONDBR19:
    return {.Bits = 21, .IsDistance = true};
  case ELF::R_AARCH64_TSTBR14:
    return {.Bits = 16, .IsDistance = true};
  case ELF::R_AARCH64_ADR_PREL_PG_HI21:
    return {.Bits = 33, .IsDistance = true};
  default:
    return {};
  }
}

/// The entries that RuntimeDyld would make hold constants, which the dynamic
/// linker cannot fill in.
LinkRule link(uint32_t Type) {
  using Value = LinkRule::Value;
  switch (Type) {
  case ELF::R_AARCH64_ADR_GOT_PAGE:
    return {Value::GotEntry, ELF::R_AARCH64_ADR_PREL_PG_HI21};
  case ELF::R_AARCH64_LD64_GOT_LO12_NC:
    return {Value::GotEntry, ELF::R_AARCH64_LDST64_ABS_LO12_NC};
  default:
    return {};
  }
}

void writeFarJump(uint8_t *Memory, uint64_t, uint64_t Target) {
  write32le(Memory, 0x58000050);     // ldr x16, .+8
  write32le(Memory + 4, 0xd61f0200); // br x16
  write64le(Memory + 8, Target);
}

void writeSlotJump(uint8_t *Memory, uint64_t, uint64_t Slot) {
  write32le(Memory, 0x58000090);      // ldr x16, .+16
  write32le(Memory + 4, 0xf9400210);  // ldr x16, [x16]
  write32le(Memory + 8, 0xd61f0200);  // br x16
  write32le(Memory + 12, 0xd503201f); // nop
  write64le(Memory + 16, Slot);
}

/// By the bits of HWCAP and HWCAP2 in Linux's documentation, "ARM64 ELF
/// hwcaps".
Processor describe(const ProcessorFacts &Facts) {
  Processor Found;
  StringRef Name = sys::detail::getHostCPUNameForARM(Facts.Description);
  if (Name != "generic")
    Found.Name = Name.str();
  struct Bit {
    unsigned Number;
    const char *Feature;
  };
  constexpr Bit First[] = {{3, "aes"},     {6, "sha2"},       {7, "crc"},
                           {8, "lse"},     {9, "fullfp16"},   {12, "rdm"},
                           {13, "jsconv"}, {14, "complxnum"}, {15, "rcpc"},
                           {17, "sha3"},   {20, "dotprod"},   {22, "sve"}};
  constexpr Bit Second[] = {{1, "sve2"}, {13, "i8mm"}, {14, "bf16"}};
  for (const Bit &Each : First)
    Found.addIf(Facts.Capabilities, Each.Number, Each.Feature);
  for (const Bit &Each : Second)
    Found.addIf(Facts.MoreCapabilities, Each.Number, Each.Feature);
  return Found;
}

/// "Branch", CALL26 and JUMP26 (ELF for the Arm 64-bit Architecture, "Static
/// AArch64 relocations"): 26 bits of the distance, in instructions.
bool writeBranch(uint8_t *Memory, uint64_t Place, uint64_t Target) {
  auto Distance = static_cast<int64_t>(Target - Place);
  if (Distance % 4 != 0 || !isInt<28>(Distance))
    return false;
  constexpr uint32_t Mask = (uint32_t(1) << 26) - 1;
  write32le(Memory, (read32le(Memory) & ~Mask) |
                        (static_cast<uint32_t>(Distance >> 2) & Mask));
  return true;
}

/// What breakpoints, barriers and loops that spin are written with.
constexpr StringLiteral PlainAssembly[] = {
    "brk #0", "brk #0xf000", "brk #1",    "yield",     "isb",
    "isb sy", "dmb ish",     "dmb ishld", "dmb ishst", "dmb sy",
    "dsb sy", "dsb ish",     "hint #1"};

/// The stack protector's, which is elsewhere a thread-local variable.
constexpr StringLiteral Unsaid[] = {"__stack_chk_guard"};

constexpr LateCode Late = {.EntrySize = 16,
                           .StubSize = 16,
                           .RequestOffset = 12,
                           .Assembly = aarch64::lateSlots,
                           .PlainAssembly = PlainAssembly,
                           .Unsaid = Unsaid,
                           .ClearsCache = true,
                           .WriteBranch = writeBranch};

constexpr uint8_t Return[] = {0xc0, 0x03, 0x5f, 0xd6}; // ret

// stp x29, x30, [sp, -16]!; mov x29, sp
constexpr uint8_t StartPrologue[] = {0xfd, 0x7b, 0xbf, 0xa9,
                                     0xfd, 0x03, 0x00, 0x91};
// ldp x29, x30, [sp], 16; ret
constexpr uint8_t StartEpilogue[] = {0xfd, 0x7b, 0xc1, 0xa8,
                                     0xc0, 0x03, 0x5f, 0xd6};

} // namespace

const Isa AArch64Isa = {
    .Arch = Triple::aarch64,
    .Multiarch = "aarch64-linux-gnu",
    .Triple = "aarch64-unknown-linux-gnu",
    .Machine = ELF::EM_AARCH64,
    .RuntimeName = "aarch64",
    .EmulatorName = "aarch64",
    .PortName = "arm64",
    .Relocation = Reloc::PIC_,
    .Code = CodeModel::Small,
    // The helpers of outline atomics are in libgcc.a alone.
    .Features = "-outline-atomics",
    .Rule = rule,
    .Reach = reach,
    .Link = link,
    .ThreadLocals = {.Rule = threadLocalRule,
                     .MakeLocalExec = makeLocalExec,
                     .OfLibraries = LibraryAccess::Descriptor},
    .PointerRelocation = ELF::R_AARCH64_ABS64,
    .Dynamic = {.Copy = ELF::R_AARCH64_COPY,
                .Slot = ELF::R_AARCH64_JUMP_SLOT,
                .Resolved = ELF::R_AARCH64_IRELATIVE,
                .Module = ELF::R_AARCH64_TLS_DTPMOD64,
                .Offset = ELF::R_AARCH64_TLS_DTPREL64,
                .FromThreadPointer = ELF::R_AARCH64_TLS_TPREL64,
                .Descriptor = ELF::R_AARCH64_TLSDESC},
    .ObjectFlags = "-mcmodel=small -mno-outline-atomics",
    .FarJump = {16, writeFarJump},
    .SlotJump = {24, writeSlotJump},
    .Late = &Late,
    .Return = Return,
    .StartPrologue = StartPrologue,
    .StartEpilogue = StartEpilogue,
    .Describe = describe,
    .PassStruct = passStructAArch64,
};

} // namespace remoterun::jit
