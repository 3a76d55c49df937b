//===- X86_64LocalExec.cpp - x86-64 code for TLS at fixed offsets ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/X86_64LocalExec.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;

namespace remoterun::jit::x86_64 {

namespace {

/// Any byte, in a pattern.
constexpr int16_t Any = -1;
/// In a replacement: four bytes that hold the distance.
constexpr size_t NoDistance = SIZE_MAX;

/// A sequence of instructions and what takes its place, of the same length.
struct Sequence {
  uint32_t Type;
  uint64_t Before; ///< Bytes of the sequence before the relocation.
  ArrayRef<int16_t> Old;
  ArrayRef<uint8_t> New;
  size_t DistanceAt; ///< In New.
};

// lea x@tlsgd(%rip), %rdi; call __tls_get_addr@plt, padded to 16 bytes.
constexpr int16_t GeneralDynamic[] = {0x66, 0x48, 0x8d, 0x3d, Any,  Any,
                                      Any,  Any,  0x66, 0x66, 0x48, 0xe8,
                                      Any,  Any,  Any,  Any};
// The same with call *__tls_get_addr@gotpcrel(%rip).
constexpr int16_t GeneralDynamicNoPlt[] = {0x66, 0x48, 0x8d, 0x3d, Any,  Any,
                                           Any,  Any,  0x66, 0x48, 0xff, 0x15,
                                           Any,  Any,  Any,  Any};
// mov %fs:0, %rax; lea distance(%rax), %rax
constexpr uint8_t AddressOfVariable[] = {0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0,
                                         0,    0x48, 0x8d, 0x80, 0,    0, 0, 0};

// lea x@tlsld(%rip), %rdi; call __tls_get_addr@plt
constexpr int16_t LocalDynamic[] = {0x48, 0x8d, 0x3d, Any, Any, Any,
                                    Any,  0xe8, Any,  Any, Any, Any};
// The same with call *__tls_get_addr@gotpcrel(%rip).
constexpr int16_t LocalDynamicNoPlt[] = {0x48, 0x8d, 0x3d, Any, Any, Any, Any,
                                         0xff, 0x15, Any,  Any, Any, Any};
// mov %fs:0, %rax, with prefixes that mean nothing.
constexpr uint8_t ThreadPointer12[] = {0x66, 0x66, 0x66, 0x64, 0x48, 0x8b,
                                       0x04, 0x25, 0,    0,    0,    0};
constexpr uint8_t ThreadPointer13[] = {0x66, 0x66, 0x66, 0x66, 0x64, 0x48, 0x8b,
                                       0x04, 0x25, 0,    0,    0,    0};

// The large code model: lea x@tls..(%rip), %rdi; movabs $__tls_get_addr@pltoff,
// %rax; add %rbx or %r15, %rax; call *%rax.
constexpr int16_t DynamicLargeRbx[] = {
    0x48, 0x8d, 0x3d, Any, Any, Any, Any,  0x48, 0xb8, Any,  Any,
    Any,  Any,  Any,  Any, Any, Any, 0x48, 0x01, 0xd8, 0xff, 0xd0};
constexpr int16_t DynamicLargeR15[] = {
    0x48, 0x8d, 0x3d, Any, Any, Any, Any,  0x48, 0xb8, Any,  Any,
    Any,  Any,  Any,  Any, Any, Any, 0x4c, 0x01, 0xf8, 0xff, 0xd0};
// mov %fs:0, %rax; lea distance(%rax), %rax; a nop of 6 bytes
constexpr uint8_t AddressOfVariableLarge[] = {
    0x64, 0x48, 0x8b, 0x04, 0x25, 0,    0,    0,    0,    0x48, 0x8d,
    0x80, 0,    0,    0,    0,    0x66, 0x0f, 0x1f, 0x44, 0,    0};
// A nop of 10 bytes, one of 3; mov %fs:0, %rax
constexpr uint8_t ThreadPointerLarge[] = {
    0x66, 0x2e, 0x0f, 0x1f, 0x84, 0,    0,    0, 0, 0, 0x0f,
    0x1f, 0,    0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0};

// call *x@tlscall(%rax), and a nop of two bytes.
constexpr int16_t DescriptorCall[] = {0xff, 0x10};
constexpr uint8_t NoCall[] = {0x66, 0x90};

const Sequence Sequences[] = {
    {ELF::R_X86_64_TLSGD, 4, GeneralDynamic, AddressOfVariable, 12},
    {ELF::R_X86_64_TLSGD, 4, GeneralDynamicNoPlt, AddressOfVariable, 12},
    {ELF::R_X86_64_TLSGD, 3, DynamicLargeRbx, AddressOfVariableLarge, 12},
    {ELF::R_X86_64_TLSGD, 3, DynamicLargeR15, AddressOfVariableLarge, 12},
    {ELF::R_X86_64_TLSLD, 3, LocalDynamic, ThreadPointer12, NoDistance},
    {ELF::R_X86_64_TLSLD, 3, LocalDynamicNoPlt, ThreadPointer13, NoDistance},
    {ELF::R_X86_64_TLSLD, 3, DynamicLargeRbx, ThreadPointerLarge, NoDistance},
    {ELF::R_X86_64_TLSLD, 3, DynamicLargeR15, ThreadPointerLarge, NoDistance},
    {ELF::R_X86_64_TLSDESC_CALL, 0, DescriptorCall, NoCall, NoDistance},
};

bool matches(ArrayRef<uint8_t> Code, ArrayRef<int16_t> Pattern) {
  return std::equal(Pattern.begin(), Pattern.end(), Code.begin(),
                    [](int16_t Wanted, uint8_t Byte) {
                      return Wanted == Any || Wanted == Byte;
                    });
}

void put32(uint8_t *Where, int64_t Distance) {
  support::endian::write32le(Where, static_cast<uint32_t>(Distance));
}

bool replaceSequence(MutableArrayRef<uint8_t> Code, uint64_t Offset,
                     uint32_t Type, int64_t Distance) {
  for (const Sequence &Known : Sequences) {
    if (Known.Type != Type || Offset < Known.Before ||
        Offset - Known.Before > Code.size() ||
        Code.size() - (Offset - Known.Before) < Known.Old.size())
      continue;
    auto Place = Code.drop_front(Offset - Known.Before);
    if (!matches(Place, Known.Old))
      continue;
    std::copy(Known.New.begin(), Known.New.end(), Place.begin());
    if (Known.DistanceAt != NoDistance)
      put32(&Place[Known.DistanceAt], Distance);
    return true;
  }
  return false;
}

/// An instruction of seven bytes, REX.W opcode ModRM disp32, that takes the
/// distance from memory at its end becomes one that has it as a constant.
bool replaceOperand(MutableArrayRef<uint8_t> Code, uint64_t Offset,
                    uint8_t OldOpcode, uint8_t NewOpcode, int64_t Distance) {
  if (Offset < 3 || Offset > Code.size() || Code.size() - Offset < 4)
    return false;
  uint8_t *Instruction = &Code[Offset - 3];
  uint8_t &Rex = Instruction[0], &Opcode = Instruction[1],
          &ModRM = Instruction[2];
  bool IsExtended = Rex == 0x4c; // REX.R: one of r8 to r15.
  if ((Rex != 0x48 && !IsExtended) || Opcode != OldOpcode ||
      (ModRM & 0xc7) != 0x05) // Relative to rip.
    return false;
  // The register moves from the reg field to r/m, and its high bit along.
  Rex = IsExtended ? 0x49 : 0x48;
  Opcode = NewOpcode;
  ModRM = 0xc0 | (ModRM >> 3 & 7);
  put32(&Code[Offset], Distance);
  return true;
}

bool putConstant(MutableArrayRef<uint8_t> Code, uint64_t Offset, unsigned Size,
                 int64_t Distance) {
  if (Offset > Code.size() || Code.size() - Offset < Size)
    return false;
  if (Size == 4)
    put32(&Code[Offset], Distance);
  else
    support::endian::write64le(&Code[Offset], static_cast<uint64_t>(Distance));
  return true;
}

} // namespace

ThreadLocalRule threadLocalRule(uint32_t Type) {
  using Library = ThreadLocalRule::Library;
  switch (Type) {
  case ELF::R_X86_64_TLSGD:
    return {.IsThreadLocal = true,
            .HasCall = true,
            .OfLibrary = Library::Index,
            .AppliedAs = ELF::R_X86_64_PC32};
  case ELF::R_X86_64_TLSLD:
    return {.IsThreadLocal = true, .NeedsNoVariable = true, .HasCall = true};
  case ELF::R_X86_64_TLSDESC_CALL:
    return {.IsThreadLocal = true, .OfLibrary = Library::Nothing};
  case ELF::R_X86_64_GOTTPOFF:
    return {.IsThreadLocal = true,
            .OfLibrary = Library::Offset,
            .AppliedAs = ELF::R_X86_64_PC32};
  case ELF::R_X86_64_GOTPC32_TLSDESC:
    return {.IsThreadLocal = true,
            .OfLibrary = Library::Descriptor,
            .AppliedAs = ELF::R_X86_64_PC32};
  case ELF::R_X86_64_DTPOFF32:
  case ELF::R_X86_64_DTPOFF64:
  case ELF::R_X86_64_TPOFF32:
  case ELF::R_X86_64_TPOFF64:
    return {.IsThreadLocal = true};
  default:
    return {};
  }
}

bool makeLocalExec(MutableArrayRef<uint8_t> Code, uint64_t Offset,
                   uint32_t Type, int64_t Distance) {
  constexpr uint8_t Mov = 0x8b, Add = 0x03, Lea = 0x8d;
  constexpr uint8_t MovConstant = 0xc7, AddConstant = 0x81;
  // The addend of these counts from the end of the instruction.
  constexpr int64_t FromEnd = 4;
  if (!isInt<31>(Distance))
    return false;
  switch (Type) {
  case ELF::R_X86_64_TPOFF32:
  case ELF::R_X86_64_DTPOFF32:
    return putConstant(Code, Offset, 4, Distance);
  case ELF::R_X86_64_TPOFF64:
  case ELF::R_X86_64_DTPOFF64:
    return putConstant(Code, Offset, 8, Distance);
  case ELF::R_X86_64_GOTTPOFF:
    return replaceOperand(Code, Offset, Mov, MovConstant, Distance + FromEnd) ||
           replaceOperand(Code, Offset, Add, AddConstant, Distance + FromEnd);
  case ELF::R_X86_64_GOTPC32_TLSDESC:
    return replaceOperand(Code, Offset, Lea, MovConstant, Distance + FromEnd);
  case ELF::R_X86_64_TLSGD:
    return replaceSequence(Code, Offset, Type, Distance + FromEnd);
  default:
    return replaceSequence(Code, Offset, Type, 0);
  }
}

} // namespace remoterun::jit::x86_64
