//===- SystemZ.cpp - The z/Architecture (s390x) ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/Isas.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"

#include <cstring>

using namespace llvm;

namespace remoterun::jit {

namespace {

using Form = RelocationRule::Form;

ThreadLocalRule threadLocalRule(uint32_t Type) {
  using Library = ThreadLocalRule::Library;
  switch (Type) {
  case ELF::R_390_TLS_LE64:
    return {.IsThreadLocal = true, .OfLibrary = Library::Word};
  case ELF::R_390_TLS_LDO64:
    return {.IsThreadLocal = true};
  case ELF::R_390_TLS_LDM64:
  case ELF::R_390_TLS_LOAD:
    return {.IsThreadLocal = true, .NeedsNoVariable = true};
  case ELF::R_390_TLS_GD64:
    return {.IsThreadLocal = true,
            .OfLibrary = Library::Offset,
            .AppliedAs = ELF::R_390_64};
  case ELF::R_390_TLS_GDCALL:
    return {.IsThreadLocal = true,
            .FollowsCall = true,
            .OfLibrary = Library::Nothing};
  case ELF::R_390_TLS_LDCALL:
    return {
        .IsThreadLocal = true, .NeedsNoVariable = true, .FollowsCall = true};
  default:
    return {};
  }
}

/// ELF Application Binary Interface s390x Supplement, "Thread-Local Storage":
/// code has its constants in memory, and __tls_get_offset, whose argument
/// becomes the offset itself, is not called.
bool makeLocalExec(MutableArrayRef<uint8_t> Code, uint64_t Offset,
                   uint32_t Type, int64_t Distance) {
  constexpr uint8_t Call[] = {0xc0, 0xe5};                  // brasl %r14
  constexpr uint8_t Nop[] = {0xc0, 0x04, 0x00, 0, 0, 0x00}; // brcl 0, .
  constexpr size_t Least = sizeof(Nop); // The others are words.
  if (Offset > Code.size() || Code.size() - Offset < Least)
    return false;
  uint8_t *Place = &Code[Offset];
  bool HoldsWord = Code.size() - Offset >= sizeof(uint64_t);
  switch (Type) {
  case ELF::R_390_TLS_LE64:
  case ELF::R_390_TLS_GD64:
  case ELF::R_390_TLS_LDO64:
    if (!HoldsWord)
      return false;
    support::endian::write64be(Place, static_cast<uint64_t>(Distance));
    return true;
  case ELF::R_390_TLS_LDM64:
    if (!HoldsWord)
      return false;
    support::endian::write64be(Place, 0);
    return true;
  case ELF::R_390_TLS_LOAD:
    return true;
  case ELF::R_390_TLS_GDCALL:
  case ELF::R_390_TLS_LDCALL:
    if (std::memcmp(Place, Call, sizeof(Call)) != 0)
      return false;
    std::memcpy(Place, Nop, sizeof(Nop));
    return true;
  default:
    return false;
  }
}

/// In place of the argument of __tls_get_offset there is the address of what it
/// would return.
bool makeInitialExec(MutableArrayRef<uint8_t> Code, uint64_t Offset,
                     uint32_t Type) {
  constexpr uint8_t Call[] = {0xc0, 0xe5};                         // brasl %r14
  constexpr uint8_t Load[] = {0xe3, 0x20, 0x20, 0x00, 0x00, 0x04}; // lg %r2
  if (Type != ELF::R_390_TLS_GDCALL)
    return true;
  if (Offset > Code.size() || Code.size() - Offset < sizeof(Load) ||
      std::memcmp(&Code[Offset], Call, sizeof(Call)) != 0)
    return false;
  std::memcpy(&Code[Offset], Load, sizeof(Load));
  return true;
}

RelocationRule rule(uint32_t Type) {
  constexpr bool Near = true, NotNear = false;
  switch (Type) {
  case ELF::R_390_NONE:
    return {true, 0};
  case ELF::R_390_64:
    return {true, 8, NotNear, false, Form::Absolute};
  case ELF::R_390_PC64:
    return {true, 8, NotNear, false, Form::Relative};
  case ELF::R_390_32:
    return {true, 4, Near, false, Form::Absolute};
  case ELF::R_390_PC32:
    return {true, 4, Near, false, Form::Relative};
  case ELF::R_390_PC32DBL:
    return {true, 4, Near};
  case ELF::R_390_TLS_IEENT: // See link().
    return {true, 0};
  case ELF::R_390_16:
  case ELF::R_390_PC16:
  case ELF::R_390_PC16DBL:
  case ELF::R_390_PLT16DBL:
    return {true, 2, Near};
  case ELF::R_390_8:
    return {true, 1, Near};
  // RuntimeDyld's stubs go to the symbol's value, and forget the addend.
  case ELF::R_390_PLT32DBL:
    return {
        .IsImplemented = true, .Width = 4, .NeedsSymbol = true, .IsCall = true};
  case ELF::R_390_GOTENT:
  case ELF::R_390_GOTPCDBL:
    return {true, 4};
  default:
    return {threadLocalRule(Type).IsThreadLocal, 0};
  }
}

/// A direct call reaches all of the slab.
RelocationReach reach(uint32_t Type) {
  using Numbers = RelocationReach::Numbers;
  switch (Type) {
  case ELF::R_390_32:
    return {.Bits = 32, .Of = Numbers::Either};
  case ELF::R_390_16:
    return {.Bits = 16, .Of = Numbers::Either};
  case ELF::R_390_8:
    return {.Bits = 8, .Of = Numbers::Either};
  case ELF::R_390_PC32:
    return {.Bits = 32, .IsDistance = true, .Unit = 1};
  case ELF::R_390_PC16:
    return {.Bits = 16, .IsDistance = true};
  case ELF::R_390_PC32DBL:
    return {.Bits = 33, .IsDistance = true, .Unit = 2};
  case ELF::R_390_PC16DBL:
  case ELF::R_390_PLT16DBL:
    return {.Bits = 17, .IsDistance = true};
  default:
    return {};
  }
}

/// gcc's larl has the address of a function by a call's relocation without
/// -fPIC. As natively, it is the one address that the function has, and not
/// that of an entry for calls.
uint32_t typeInCode(uint32_t Type, ArrayRef<uint8_t> Code, uint64_t Offset) {
  constexpr uint8_t Larl = 0xc0, Operation = 0x0f;
  bool IsAddress = Type == ELF::R_390_PLT32DBL && Offset >= 2 &&
                   Offset <= Code.size() && Code[Offset - 2] == Larl &&
                   (Code[Offset - 1] & Operation) == 0;
  return IsAddress ? uint32_t(ELF::R_390_PC32DBL) : Type;
}

LinkRule link(uint32_t Type) {
  if (Type == ELF::R_390_PLT32DBL)
    return {LinkRule::Value::Call, ELF::R_390_PC32DBL};
  if (Type == ELF::R_390_TLS_IEENT)
    return {LinkRule::Value::OffsetEntry, ELF::R_390_PC32DBL};
  if (Type == ELF::R_390_GOTENT)
    return {LinkRule::Value::GotEntry, ELF::R_390_PC32DBL};
  if (Type == ELF::R_390_GOTPCDBL)
    return {LinkRule::Value::GotStart, ELF::R_390_PC32DBL};
  return {};
}

/// larl %r1, .+12; lg %r1, 0(%r1); then br %r1, or the same once more. The
/// distance counts halfwords.
constexpr uint8_t LoadOperand[] = {0xc0, 0x10, 0,    0,    0,    0,
                                   0xe3, 0x10, 0x10, 0x00, 0x00, 0x04};
constexpr uint8_t Load[] = {0xe3, 0x10, 0x10, 0x00, 0x00, 0x04};
constexpr uint8_t Branch[] = {0x07, 0xf1};

void writeFarJump(uint8_t *Memory, uint64_t, uint64_t Target) {
  std::memcpy(Memory, LoadOperand, sizeof(LoadOperand));
  std::memcpy(Memory + 12, Branch, sizeof(Branch));
  Memory[5] = 16 / 2;
  support::endian::write64be(Memory + 16, Target);
}

void writeSlotJump(uint8_t *Memory, uint64_t, uint64_t Slot) {
  std::memcpy(Memory, LoadOperand, sizeof(LoadOperand));
  std::memcpy(Memory + 12, Load, sizeof(Load));
  std::memcpy(Memory + 18, Branch, sizeof(Branch));
  Memory[5] = 24 / 2;
  support::endian::write64be(Memory + 24, Slot);
}

/// AT_PLATFORM is LLVM's name of the machine; an emulator has none, and says by
/// the bits of <asm/elf.h> what it can do.
Processor describe(const ProcessorFacts &Facts) {
  Processor Found;
  Found.Name = Facts.Platform.str();
  Found.addIf(Facts.Capabilities, 11, "vector");
  Found.addIf(Facts.Capabilities, 13, "vector-enhancements-1");
  Found.addIf(Facts.Capabilities, 15, "vector-enhancements-2");
  return Found;
}

constexpr uint8_t Return[] = {0x07, 0xfe}; // br %r14

} // namespace

const Isa SystemZIsa = {
    .Arch = Triple::systemz,
    .Multiarch = "s390x-linux-gnu",
    .Triple = "s390x-unknown-linux-gnu",
    .Machine = ELF::EM_S390,
    .RuntimeName = "s390x",
    .EmulatorName = "s390x",
    .PortName = "s390x",
    .Relocation = Reloc::PIC_,
    .Code = CodeModel::Small,
    .Features = "",
    .Rule = rule,
    .Reach = reach,
    .Link = link,
    .TypeInCode = typeInCode,
    .ThreadLocals = {.Rule = threadLocalRule,
                     .MakeLocalExec = makeLocalExec,
                     .MakeInitialExec = makeInitialExec,
                     .OffsetWord = ELF::R_390_TLS_LE64},
    .PointerRelocation = ELF::R_390_64,
    .Dynamic = {.Copy = ELF::R_390_COPY,
                .Slot = ELF::R_390_JMP_SLOT,
                .Resolved = ELF::R_390_IRELATIVE,
                .Module = ELF::R_390_TLS_DTPMOD,
                .Offset = ELF::R_390_TLS_DTPOFF,
                .FromThreadPointer = ELF::R_390_TLS_TPOFF},
    .ObjectFlags = "-fPIC",
    .FarJump = {24, writeFarJump},
    .SlotJump = {32, writeSlotJump},
    .Return = Return,
    .Describe = describe,
    .PassStruct = passStructS390x,
    .ExtendsWords = true,
};

} // namespace remoterun::jit
