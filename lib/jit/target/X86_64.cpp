//===- X86_64.cpp - The x86-64 instruction set ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/Isas.h"
#include "jit/target/X86_64LateSlots.h"
#include "jit/target/X86_64LocalExec.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"

#include <cstring>

using namespace llvm;

namespace remoterun::jit {

namespace {

using Form = RelocationRule::Form;

RelocationRule rule(uint32_t Type) {
  constexpr bool Near = true, NotNear = false;
  switch (Type) {
  case ELF::R_X86_64_NONE:
    return {true, 0};
  case ELF::R_X86_64_64:
    return {true, 8, NotNear, false, Form::Absolute};
  case ELF::R_X86_64_PC64:
    return {true, 8, NotNear, false, Form::Relative};
  case ELF::R_X86_64_32:
  case ELF::R_X86_64_32S:
    return {true, 4, Near, false, Form::Absolute};
  case ELF::R_X86_64_PC32:
    return {true, 4, Near, false, Form::Relative};
  case ELF::R_X86_64_16:
    return {true, 2, Near};
  case ELF::R_X86_64_8:
  case ELF::R_X86_64_PC8:
    return {true, 1, Near};
  // What link() makes of the rest needs no nearness.
  case ELF::R_X86_64_PLT32:
  case ELF::R_X86_64_GOTPCREL:
  case ELF::R_X86_64_GOTPCRELX:
  case ELF::R_X86_64_REX_GOTPCRELX:
  case ELF::R_X86_64_GOT32:
  case ELF::R_X86_64_GOTPC32:
  case ELF::R_X86_64_SIZE32:
    return {true, 4};
  case ELF::R_X86_64_GOTPCREL64:
  case ELF::R_X86_64_GOT64:
  case ELF::R_X86_64_GOTPLT64:
  case ELF::R_X86_64_GOTPC64:
  case ELF::R_X86_64_GOTOFF64:
  case ELF::R_X86_64_PLTOFF64:
  case ELF::R_X86_64_SIZE64:
    return {true, 8};
  // Debug information has these, code does not.
  case ELF::R_X86_64_DTPOFF64:
    return {true, 8, NotNear, false, Form::Absolute};
  case ELF::R_X86_64_DTPOFF32:
    return {true, 4, NotNear, false, Form::Absolute};
  default:
    return {x86_64::threadLocalRule(Type).IsThreadLocal, 0};
  }
}

RelocationReach reach(uint32_t Type) {
  using Numbers = RelocationReach::Numbers;
  switch (Type) {
  case ELF::R_X86_64_32:
    return {.Bits = 32, .Of = Numbers::Unsigned};
  case ELF::R_X86_64_32S:
    return {.Bits = 32};
  case ELF::R_X86_64_PC32:
    return {.Bits = 32, .IsDistance = true, .Unit = 1};
  case ELF::R_X86_64_16:
    return {.Bits = 16, .Of = Numbers::Either};
  case ELF::R_X86_64_8:
    return {.Bits = 8, .Of = Numbers::Either};
  case ELF::R_X86_64_PC8:
    return {.Bits = 8, .IsDistance = true};
  default:
    return {};
  }
}

LinkRule link(uint32_t Type) {
  using Value = LinkRule::Value;
  switch (Type) {
  case ELF::R_X86_64_PLT32:
    return {Value::Call, ELF::R_X86_64_PC32};
  case ELF::R_X86_64_GOTPCREL:
  case ELF::R_X86_64_GOTPCRELX:
  case ELF::R_X86_64_REX_GOTPCRELX:
    return {Value::GotEntry, ELF::R_X86_64_PC32};
  case ELF::R_X86_64_GOTPCREL64:
    return {Value::GotEntry, ELF::R_X86_64_PC64};
  case ELF::R_X86_64_GOT32:
    return {Value::GotIndex, ELF::R_X86_64_32};
  case ELF::R_X86_64_GOT64:
  case ELF::R_X86_64_GOTPLT64:
    return {Value::GotIndex, ELF::R_X86_64_64};
  case ELF::R_X86_64_GOTPC32:
    return {Value::GotStart, ELF::R_X86_64_PC32};
  case ELF::R_X86_64_GOTPC64:
    return {Value::GotStart, ELF::R_X86_64_PC64};
  case ELF::R_X86_64_GOTOFF64:
  case ELF::R_X86_64_PLTOFF64:
    return {Value::GotDistance, ELF::R_X86_64_GOTOFF64};
  case ELF::R_X86_64_SIZE32:
    return {Value::Size, ELF::R_X86_64_32};
  case ELF::R_X86_64_SIZE64:
    return {Value::Size, ELF::R_X86_64_64};
  default:
    return {};
  }
}

/// jmp *2(%rip); two bytes of padding; the address: a PLT entry with its GOT
/// slot beside it.
constexpr uint8_t FarJump[] = {0xff, 0x25, 0x02, 0x00, 0x00, 0x00, 0x66, 0x90};

void writeFarJump(uint8_t *Memory, uint64_t, uint64_t Target) {
  std::memcpy(Memory, FarJump, sizeof(FarJump));
  support::endian::write64le(Memory + sizeof(FarJump), Target);
}

/// jmp *slot(%rip)
constexpr uint8_t SlotJump[] = {0xff, 0x25, 0, 0, 0, 0};

void writeSlotJump(uint8_t *Memory, uint64_t Place, uint64_t Slot) {
  std::memcpy(Memory, SlotJump, sizeof(SlotJump));
  // Both are in the slab, which is smaller than 2 GiB.
  support::endian::write32le(
      Memory + 2, static_cast<uint32_t>(Slot - (Place + sizeof(SlotJump))));
}

/// The names of /proc/cpuinfo are LLVM's but for these.
/// One flag of each level of the psABI stands for all that come with it.
StringRef levelOf(ArrayRef<StringRef> Flags) {
  if (is_contained(Flags, "avx512vl"))
    return "x86-64-v4";
  if (is_contained(Flags, "avx2"))
    return "x86-64-v3";
  return is_contained(Flags, "sse4_2") ? "x86-64-v2" : "x86-64";
}

Processor describe(const ProcessorFacts &Facts) {
  Processor Found;
  SmallVector<StringRef, 64> Lines, Flags;
  Facts.Description.split(Lines, '\n');
  for (StringRef Line : Lines)
    if (Line.consume_front("flags"))
      Line.ltrim("\t :").split(Flags, ' ', /*MaxSplit=*/-1,
                               /*KeepEmpty=*/false);
  // The level is the processor's own word; under an emulator, the flags are of
  // another processor.
  bool IsLevel = Facts.Platform.starts_with("x86-64");
  Found.Name = IsLevel ? Facts.Platform.str() : "x86-64";
  if (levelOf(Flags) != Found.Name)
    return Found;
  for (StringRef Flag : Flags)
    Found.Features.push_back(StringSwitch<StringRef>(Flag)
                                 .Case("sse4_1", "sse4.1")
                                 .Case("sse4_2", "sse4.2")
                                 .Case("bmi1", "bmi")
                                 .Case("abm", "lzcnt")
                                 .Case("pclmulqdq", "pclmul")
                                 .Case("rdrand", "rdrnd")
                                 .Case("sha_ni", "sha")
                                 .Case("lahf_lm", "sahf")
                                 .Case("avx512_vnni", "avx512vnni")
                                 .Case("avx512_bf16", "avx512bf16")
                                 .Case("avx512_bitalg", "avx512bitalg")
                                 .Case("avx512_vbmi2", "avx512vbmi2")
                                 .Case("avx512_vpopcntdq", "avx512vpopcntdq")
                                 .Default(Flag)
                                 .str());
  return Found;
}

constexpr uint8_t Return[] = {0xc3}; // ret

// sub $8, %rsp; and add $8, %rsp; ret
constexpr uint8_t StartPrologue[] = {0x48, 0x83, 0xec, 0x08};
constexpr uint8_t StartEpilogue[] = {0x48, 0x83, 0xc4, 0x08, 0xc3};

/// What breakpoints, barriers and loops that spin are written with.
constexpr StringLiteral PlainAssembly[] = {
    "int3",    "int $$3",  "int $$0x3", "int $$0x03", "ud2",   "pause",
    "rep nop", "rep; nop", "mfence",    "lfence",     "sfence"};

constexpr LateCode Late = {.EntrySize = 16,
                           .StubSize = 8,
                           .RequestOffset = 6,
                           .Assembly = x86_64::lateSlots,
                           .DebuggedAssembly = x86_64::debuggedLateSlots,
                           .PlainAssembly = PlainAssembly};

} // namespace

const Isa X86_64Isa = {
    .Arch = Triple::x86_64,
    .Multiarch = "x86_64-linux-gnu",
    .Triple = "x86_64-unknown-linux-gnu",
    .Machine = ELF::EM_X86_64,
    .RuntimeName = "x86_64",
    .EmulatorName = "x86_64",
    .PortName = "amd64",
    .Relocation = Reloc::PIC_,
    .Code = CodeModel::Small,
    .HasCodeModels = true,
    .StaticNeedsLowAddresses = true,
    .Features = "",
    .VerifiesCompiled = false,
    .Rule = rule,
    .Reach = reach,
    .Link = link,
    .Plt = {.Code = SlotJump,
            .Offset = 2,
            .Relocation = ELF::R_X86_64_PC32,
            .Addend = -4},
    .ThreadLocals = {.Rule = x86_64::threadLocalRule,
                     .MakeLocalExec = x86_64::makeLocalExec,
                     .OfLibraries = LibraryAccess::Index},
    .PointerRelocation = ELF::R_X86_64_64,
    .Dynamic = {.Copy = ELF::R_X86_64_COPY,
                .Slot = ELF::R_X86_64_JUMP_SLOT,
                .Resolved = ELF::R_X86_64_IRELATIVE,
                .Module = ELF::R_X86_64_DTPMOD64,
                .Offset = ELF::R_X86_64_DTPOFF64,
                .FromThreadPointer = ELF::R_X86_64_TPOFF64,
                .Descriptor = ELF::R_X86_64_TLSDESC},
    .ObjectFlags = "other code model options",
    .FarJump = {sizeof(FarJump) + 8, writeFarJump},
    .SlotJump = {sizeof(SlotJump), writeSlotJump},
    .Late = &Late,
    .Return = Return,
    .StartPrologue = StartPrologue,
    .StartEpilogue = StartEpilogue,
    .Describe = describe,
    .PassStruct = passStructX86_64,
};

} // namespace remoterun::jit
