//===- Arm.cpp - The 32-bit ARM instruction set ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/ArmFields.h"
#include "jit/target/Isas.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;
using support::endian::read32le;
using support::endian::write32le;

namespace remoterun::jit {

namespace {

using Form = RelocationRule::Form;

ThreadLocalRule threadLocalRule(uint32_t Type) {
  using Library = ThreadLocalRule::Library;
  switch (Type) {
  case ELF::R_ARM_TLS_LE32:
  case ELF::R_ARM_TLS_LDO32:
  case ELF::R_ARM_TLS_DTPOFF32: // Of the GOT.
    return {.IsThreadLocal = true};
  case ELF::R_ARM_TLS_TPOFF32: // The same.
    return {.IsThreadLocal = true, .OfLibrary = Library::Word};
  case ELF::R_ARM_TLS_GD32: // See link().
    return {.IsThreadLocal = true,
            .OfLibrary = Library::Index,
            .AppliedAs = ELF::R_ARM_REL32};
  default:
    return {};
  }
}

/// Where the executor's variables begin (ELF for the Arm Architecture,
/// "Thread-local storage"): behind the thread pointer's two words, as its own
/// are aligned, to UsualAlignment.
constexpr int64_t StartOfVariables = 64;

/// Words beside the code or in the GOT, which addends are in. The code stays:
/// it calls __tls_get_addr for the program's own variables, too.
bool makeLocalExec(MutableArrayRef<uint8_t> Code, uint64_t Offset,
                   uint32_t Type, int64_t Distance) {
  if (Offset > Code.size() || Code.size() - Offset < 4)
    return false;
  if (Type == ELF::R_ARM_TLS_LDO32 || Type == ELF::R_ARM_TLS_DTPOFF32)
    Distance -= StartOfVariables;
  uint8_t *Word = &Code[Offset];
  write32le(Word, read32le(Word) + static_cast<uint32_t>(Distance));
  return true;
}

/// Code that is independent of its position has words beside it, as far from
/// the GOT's entries.
LinkRule link(uint32_t Type) {
  using Value = LinkRule::Value;
  switch (Type) {
  case ELF::R_ARM_TLS_GD32:
    return {Value::IndexEntry, ELF::R_ARM_REL32};
  case ELF::R_ARM_TLS_LDM32:
    return {Value::ModuleEntry, ELF::R_ARM_REL32};
  case ELF::R_ARM_TLS_IE32:
    return {Value::OffsetEntry, ELF::R_ARM_REL32};
  // Code that calls what a descriptor says loads the offset instead, as linkers
  // have it in executables.
  case ELF::R_ARM_TLS_GOTDESC:
    return {Value::OffsetEntry, Type};
  case ELF::R_ARM_TLS_CALL:
  case ELF::R_ARM_THM_TLS_CALL:
    return {Value::GotStart, Type}; // Anything that is there.
  case ELF::R_ARM_GOT_PREL:
    return {Value::GotEntry, ELF::R_ARM_REL32};
  case ELF::R_ARM_BASE_PREL:
    return {Value::GotStart, ELF::R_ARM_REL32};
  case ELF::R_ARM_GOT_BREL:
    return {Value::GotIndex, ELF::R_ARM_ABS32};
  default:
    return {};
  }
}

RelocationRule rule(uint32_t Type) {
  if (arm::isBranchField(Type))
    return {.IsImplemented = true,
            .Width = arm::widthOfField(Type),
            .NeedsSymbol = true,
            .IsCall = true};
  switch (Type) {
  case ELF::R_ARM_NONE:
    return {true, 0};
  case ELF::R_ARM_ABS32:
  case ELF::R_ARM_TARGET1:
    return {true, 4, false, false, Form::Absolute};
  case ELF::R_ARM_REL32:
    return {true, 4, false, false, Form::Relative};
  case ELF::R_ARM_PREL31:
    return {true, 4, true};
  case ELF::R_ARM_MOVW_ABS_NC:
  case ELF::R_ARM_MOVT_ABS:
  case ELF::R_ARM_TARGET2: // See ExceptionIndex.
  case ELF::R_ARM_GOT_PREL:
  case ELF::R_ARM_BASE_PREL:
  case ELF::R_ARM_GOT_BREL:
    return {true, 4};
  case ELF::R_ARM_TLS_LDM32: // See link().
  case ELF::R_ARM_TLS_IE32:
    return {true, 0};
  // RuntimeDyld's stubs forget the addend.
  case ELF::R_ARM_PC24:
  case ELF::R_ARM_CALL:
  case ELF::R_ARM_JUMP24:
    return {
        .IsImplemented = true, .Width = 4, .NeedsSymbol = true, .IsCall = true};
  default:
    return {threadLocalRule(Type).IsThreadLocal || arm::widthOfField(Type),
            arm::widthOfField(Type)};
  }
}

/// Addresses have 32 bits, and calls have stubs.
RelocationReach reach(uint32_t Type) {
  if (Type == ELF::R_ARM_PREL31)
    return {.Bits = 31, .IsDistance = true};
  return {};
}

void writeFarJump(uint8_t *Memory, uint64_t, uint64_t Target) {
  write32le(Memory, 0xe51ff004); // ldr pc, [pc, #-4]
  write32le(Memory + 4, static_cast<uint32_t>(Target));
}

void writeSlotJump(uint8_t *Memory, uint64_t, uint64_t Slot) {
  write32le(Memory, 0xe59fc000);     // ldr ip, [pc]
  write32le(Memory + 4, 0xe59cf000); // ldr pc, [ip]
  write32le(Memory + 8, static_cast<uint32_t>(Slot));
}

void adjustOptions(TargetOptions &Options) {
  Options.FloatABIType = FloatABI::Hard;
}

/// By the bits of Linux's <asm/hwcap.h>.
Processor describe(const ProcessorFacts &Facts) {
  Processor Found;
  StringRef Name = sys::detail::getHostCPUNameForARM(Facts.Description);
  if (Name != "generic")
    Found.Name = Name.str();
  Found.addIf(Facts.Capabilities, 12, "neon");
  Found.addIf(Facts.Capabilities, 13, "vfp3d16");
  Found.addIf(Facts.Capabilities, 16, "vfp4d16");
  Found.addIf(Facts.Capabilities, 17, "hwdiv-arm");
  Found.addIf(Facts.Capabilities, 19, "d32");
  return Found;
}

constexpr uint8_t Return[] = {0x1e, 0xff, 0x2f, 0xe1}; // bx lr

} // namespace

const Isa ArmIsa = {
    .Arch = Triple::arm,
    .Multiarch = "arm-linux-gnueabihf",
    .Triple = "armv7-unknown-linux-gnueabihf",
    .Machine = ELF::EM_ARM,
    .RuntimeName = "armhf",
    .EmulatorName = "arm",
    .PortName = "armhf",
    // RuntimeDyld knows neither position-independent code nor Thumb.
    .Relocation = Reloc::Static,
    .Code = CodeModel::Small,
    // Debian's baseline, in the one of two encodings.
    .Features = "+vfp3d16,-thumb-mode",
    .HasExceptionIndex = true,
    .StubAlignment = 4,
    .HasKindInAddresses = true,
    .Rule = rule,
    .Reach = reach,
    .Link = link,
    .Fields = &arm::Fields,
    .ThreadLocals = {.Rule = threadLocalRule,
                     .MakeLocalExec = makeLocalExec,
                     .OffsetWord = ELF::R_ARM_TLS_TPOFF32,
                     .IndexWord = ELF::R_ARM_TLS_DTPOFF32},
    .PointerRelocation = ELF::R_ARM_ABS32,
    .Dynamic = {.Copy = ELF::R_ARM_COPY,
                .Slot = ELF::R_ARM_JUMP_SLOT,
                .Resolved = ELF::R_ARM_IRELATIVE,
                .Module = ELF::R_ARM_TLS_DTPMOD32,
                .Offset = ELF::R_ARM_TLS_DTPOFF32,
                .FromThreadPointer = ELF::R_ARM_TLS_TPOFF32},
    .ObjectFlags = "-marm",
    .FarJump = {8, writeFarJump},
    .SlotJump = {12, writeSlotJump},
    .Return = Return,
    .Describe = describe,
    .PassStruct = passStructArm,
    .AdjustOptions = adjustOptions,
};

} // namespace remoterun::jit
