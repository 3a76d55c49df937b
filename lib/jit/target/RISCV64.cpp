//===- RISCV64.cpp - The RISC-V instruction set, 64 bits ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/Isas.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

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
  case ELF::R_RISCV_TPREL_HI20:
  case ELF::R_RISCV_TPREL_LO12_I:
  case ELF::R_RISCV_TPREL_LO12_S:
    return {.IsThreadLocal = true};
  case ELF::R_RISCV_TLS_TPREL64:
    return {.IsThreadLocal = true, .OfLibrary = Library::Word};
  case ELF::R_RISCV_TLS_DTPREL64: // Of the GOT.
    return {.IsThreadLocal = true};
  case ELF::R_RISCV_TLS_GD_HI20: // See link().
    return {.IsThreadLocal = true,
            .OfLibrary = Library::Index,
            .AppliedAs = ELF::R_RISCV_PCREL_HI20};
  case ELF::R_RISCV_TPREL_ADD: // For a linker that relaxes.
    return {.IsThreadLocal = true, .NeedsNoVariable = true};
  default:
    return {};
  }
}

LinkRule link(uint32_t Type) {
  if (Type == ELF::R_RISCV_TLS_GOT_HI20)
    return {LinkRule::Value::OffsetEntry, ELF::R_RISCV_PCREL_HI20};
  if (Type == ELF::R_RISCV_TLS_GD_HI20)
    return {LinkRule::Value::IndexEntry, ELF::R_RISCV_PCREL_HI20};
  if (Type == ELF::R_RISCV_GOT_HI20)
    return {LinkRule::Value::GotEntry, ELF::R_RISCV_PCREL_HI20};
  return {};
}

/// The immediates of RISC-V ELF psABI, "Local Exec".
bool makeLocalExec(MutableArrayRef<uint8_t> Code, uint64_t Offset,
                   uint32_t Type, int64_t Distance) {
  constexpr int64_t Half = 0x800; // What the lower 12 bits may take away.
  // What __tls_get_addr adds (psABI, "Thread Local Storage"); the executable's
  // variables begin at the thread pointer.
  constexpr int64_t Bias = 0x800;
  bool IsIndex = Type == ELF::R_RISCV_TLS_DTPREL64;
  if ((IsIndex || Type == ELF::R_RISCV_TLS_TPREL64) && Code.size() >= 8 &&
      Offset <= Code.size() - 8) {
    write64le(&Code[Offset],
              static_cast<uint64_t>(Distance - (IsIndex ? Bias : 0)));
    return true;
  }
  if (Offset > Code.size() || Code.size() - Offset < 4 ||
      !isInt<32>(Distance + Half))
    return false;
  auto Value = static_cast<uint32_t>(Distance);
  uint32_t Instruction = read32le(&Code[Offset]);
  switch (Type) {
  case ELF::R_RISCV_TPREL_HI20: // lui
    Instruction = (Instruction & 0xfff) |
                  static_cast<uint32_t>(Distance + Half) >> 12 << 12;
    break;
  case ELF::R_RISCV_TPREL_LO12_I:
    Instruction = (Instruction & 0xfffff) | Value << 20;
    break;
  case ELF::R_RISCV_TPREL_LO12_S:
    Instruction = (Instruction & 0x01fff07f) | (Value & 0x1f) << 7 |
                  (Value & 0xfe0) << 20;
    break;
  case ELF::R_RISCV_TPREL_ADD:
    break;
  default:
    return false;
  }
  write32le(&Code[Offset], Instruction);
  return true;
}

RelocationRule rule(uint32_t Type) {
  constexpr bool Near = true, NotNear = false;
  switch (Type) {
  case ELF::R_RISCV_64:
    return {true, 8, NotNear, false, Form::Absolute};
  case ELF::R_RISCV_32:
    return {true, 4, Near, false, Form::Absolute};
  case ELF::R_RISCV_32_PCREL:
    return {true, 4, Near, false, Form::Relative};
  // RuntimeDyld knows no stubs here: the call must reach.
  case ELF::R_RISCV_CALL:
  case ELF::R_RISCV_CALL_PLT:
    return {.IsImplemented = true,
            .Width = 8,
            .NeedsNearness = true,
            .IsCall = true};
  case ELF::R_RISCV_TLS_GOT_HI20: // See link().
    return {true, 0};
  case ELF::R_RISCV_HI20:
  case ELF::R_RISCV_LO12_I:
  case ELF::R_RISCV_LO12_S: // See InstructionFields.
  case ELF::R_RISCV_PCREL_HI20:
    return {true, 4, Near};
  case ELF::R_RISCV_GOT_HI20:
  case ELF::R_RISCV_PCREL_LO12_I: // See InstructionFields.
  case ELF::R_RISCV_PCREL_LO12_S:
  case ELF::R_RISCV_BRANCH:
    return {true, 4};
  case ELF::R_RISCV_JAL: // Of a function, as the calls.
    return {.IsImplemented = true,
            .Width = 4,
            .NeedsNearness = true,
            .IsCall = true};
  case ELF::R_RISCV_RVC_BRANCH:
  case ELF::R_RISCV_RVC_JUMP:
    return {true, 2};
  case ELF::R_RISCV_NONE:
  case ELF::R_RISCV_RELAX:
  case ELF::R_RISCV_ALIGN:
    return {true, 0};
  case ELF::R_RISCV_SET6:
  case ELF::R_RISCV_SUB6:
  case ELF::R_RISCV_ADD8:
  case ELF::R_RISCV_SUB8:
  case ELF::R_RISCV_SET8:
    return {true, 1};
  case ELF::R_RISCV_ADD16:
  case ELF::R_RISCV_SUB16:
  case ELF::R_RISCV_SET16:
    return {true, 2};
  case ELF::R_RISCV_ADD32:
  case ELF::R_RISCV_SUB32:
  case ELF::R_RISCV_SET32:
    return {true, 4};
  case ELF::R_RISCV_ADD64:
  case ELF::R_RISCV_SUB64:
    return {true, 8};
  case ELF::R_RISCV_TLSDESC_HI20:
  case ELF::R_RISCV_TLSDESC_LOAD_LO12:
  case ELF::R_RISCV_TLSDESC_ADD_LO12:
  case ELF::R_RISCV_TLSDESC_CALL:
    return {.AvoidedBy = "-mtls-dialect=trad"};
  default:
    return {threadLocalRule(Type).IsThreadLocal, 0};
  }
}

RelocationReach reach(uint32_t Type) {
  switch (Type) {
  case ELF::R_RISCV_32:
    return {.Bits = 32, .Of = RelocationReach::Numbers::Either};
  case ELF::R_RISCV_HI20:
  case ELF::R_RISCV_LO12_I:
  case ELF::R_RISCV_LO12_S:
    return {.Bits = 32};
  case ELF::R_RISCV_32_PCREL:
  case ELF::R_RISCV_CALL:
  case ELF::R_RISCV_CALL_PLT:
  case ELF::R_RISCV_PCREL_HI20:
    return {.Bits = 32, .IsDistance = true};
  case ELF::R_RISCV_BRANCH:
    return {.Bits = 13, .IsDistance = true};
  case ELF::R_RISCV_JAL:
    return {.Bits = 21, .IsDistance = true};
  case ELF::R_RISCV_RVC_BRANCH:
    return {.Bits = 9, .IsDistance = true};
  case ELF::R_RISCV_RVC_JUMP:
    return {.Bits = 12, .IsDistance = true};
  default:
    return {};
  }
}

void writeFarJump(uint8_t *Memory, uint64_t, uint64_t Target) {
  write32le(Memory, 0x00000e17);      // auipc t3, 0
  write32le(Memory + 4, 0x010e3e03);  // ld t3, 16(t3)
  write32le(Memory + 8, 0x000e0067);  // jr t3
  write32le(Memory + 12, 0x00000013); // nop
  write64le(Memory + 16, Target);
}

void writeSlotJump(uint8_t *Memory, uint64_t, uint64_t Slot) {
  write32le(Memory, 0x00000e17);      // auipc t3, 0
  write32le(Memory + 4, 0x010e3e03);  // ld t3, 16(t3)
  write32le(Memory + 8, 0x000e3e03);  // ld t3, 0(t3)
  write32le(Memory + 12, 0x000e0067); // jr t3
  write64le(Memory + 16, Slot);
}

/// AT_HWCAP has a bit for each extension of one letter, 'a' the lowest.
Processor describe(const ProcessorFacts &Facts) {
  Processor Found;
  Found.addIf(Facts.Capabilities, 'v' - 'a', "v");
  return Found;
}

constexpr uint8_t Return[] = {0x67, 0x80, 0x00, 0x00}; // ret

} // namespace

const Isa RISCV64Isa = {
    .Arch = Triple::riscv64,
    .Multiarch = "riscv64-linux-gnu",
    .Triple = "riscv64-unknown-linux-gnu",
    .Machine = ELF::EM_RISCV,
    .RuntimeName = "riscv64",
    .EmulatorName = "riscv64",
    .PortName = "riscv64",
    // RuntimeDyld has no GOT and no stubs; the large code model has its
    // addresses in constant pools.
    .Relocation = Reloc::Static,
    .Code = CodeModel::Large,
    // The relocations of a linker that relaxes are missing. The rest is
    // Debian's baseline, rv64gc.
    .Features = "-relax,+m,+a,+f,+d,+c",
    .HasInstructionFields = true,
    .PaddingRelocation = ELF::R_RISCV_ALIGN,
    .Rule = rule,
    .Reach = reach,
    .Link = link,
    .ThreadLocals = {.Rule = threadLocalRule,
                     .MakeLocalExec = makeLocalExec,
                     .OffsetWord = ELF::R_RISCV_TLS_TPREL64,
                     .IndexWord = ELF::R_RISCV_TLS_DTPREL64},
    .PointerRelocation = ELF::R_RISCV_64,
    .Dynamic = {.Copy = ELF::R_RISCV_COPY,
                .Slot = ELF::R_RISCV_JUMP_SLOT,
                .Resolved = ELF::R_RISCV_IRELATIVE,
                .Module = ELF::R_RISCV_TLS_DTPMOD64,
                .Offset = ELF::R_RISCV_TLS_DTPREL64,
                .FromThreadPointer = ELF::R_RISCV_TLS_TPREL64},
    .ObjectFlags = "-fno-pic",
    // RISC-V ELF psABI, "e_flags".
    .Calling = {.Mask = ELF::EF_RISCV_FLOAT_ABI | ELF::EF_RISCV_RVE,
                .Value = ELF::EF_RISCV_FLOAT_ABI_DOUBLE,
                .Abi = "lp64d"},
    .FarJump = {24, writeFarJump},
    .SlotJump = {24, writeSlotJump},
    .Return = Return,
    .Describe = describe,
    .PassStruct = passStructRiscV64,
    .ExtendsWords = true,
    .ExtendsWordsBySign = true,
};

} // namespace remoterun::jit
