//===- RiscV64Prologue.cpp - Frames that no table describes ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/memory/GuestRange.h"
#include "executor/unwind/Prologue.h"
#include "executor/unwind/StackWalk.h"

#include <algorithm>
#include <cstring>

namespace remoterun::executor {

namespace {

/// How far a function may reach behind its start, and its prologue.
constexpr uint64_t LongestFunction = 4096, LongestPrologue = 128;

template <typename T> T readAt(uint64_t Address) {
  T Value;
  std::memcpy(&Value,
              reinterpret_cast<const void *>(static_cast<uintptr_t>(Address)),
              sizeof(T));
  return Value;
}

/// How far the instruction at \p Place moves the stack pointer down; 0 for any
/// other (RISC-V Unprivileged ISA, C.ADDI16SP, C.ADDI and ADDI).
uint64_t frameSize(uint64_t Place) {
  constexpr uint32_t AddiMask = 0xfffff, AddiSp = 0x10113;
  auto Word = readAt<uint32_t>(Place);
  auto Short = static_cast<uint16_t>(Word);
  auto Bit = [&](unsigned From, unsigned To) {
    return static_cast<int32_t>((Short >> From & 1) << To);
  };
  int32_t Distance = 0;
  if ((Short & 0xef83) == 0x6101)
    Distance =
        Bit(6, 4) + Bit(5, 6) + Bit(4, 8) + Bit(3, 7) + Bit(2, 5) - Bit(12, 9);
  else if ((Short & 0xef83) == 0x0101)
    Distance = (Short >> 2 & 0x1f) - Bit(12, 5);
  else if ((Word & AddiMask) == AddiSp)
    Distance = static_cast<int32_t>(Word) >> 20;
  return Distance < 0 ? static_cast<uint64_t>(-Distance) : 0;
}

struct Save {
  unsigned Register = 0; ///< 0 for none.
  uint64_t Offset = 0;   ///< From the stack pointer.
};

/// What the instruction at \p Place stores on the stack (C.SDSP and SD).
Save saveAt(uint64_t Place) {
  auto Word = readAt<uint32_t>(Place);
  auto Short = static_cast<uint16_t>(Word);
  if ((Short & 0xe003) == 0xe002)
    return {Short >> 2 & 0x1fu, (Short >> 7 & 0x38u) | uint64_t(Short >> 7 & 7u)
                                                           << 6};
  if ((Word & 0xff07f) == 0x13023)
    return {Word >> 20 & 0x1f, (Word >> 20 & 0xfe0) | (Word >> 7 & 0x1f)};
  return {};
}

bool isSavedByCallees(unsigned Register) {
  return Register == LinkRegister || Register == 8 || Register == 9 ||
         (Register >= 18 && Register <= 27);
}

/// Behind JAL, JALR and C.JALR, with the link register.
bool isReturnAddress(uint64_t Address) {
  if (Address % 2 != 0 || Address < 4 || !isCode(Address - 4))
    return false;
  uint32_t Low = readAt<uint32_t>(Address - 4) & 0xfff;
  auto Short = readAt<uint16_t>(Address - 2);
  return Low == 0x0ef || Low == 0x0e7 ||
         ((Short & 0xf07f) == 0x9002 && (Short & 0xf80) != 0);
}

/// Follows a prologue forwards: what it has saved, and how far it has moved the
/// stack pointer since, for a frame that is too large for one instruction.
class PrologueReader {
public:
  /// With the registers as they are behind it.
  PrologueReader(uint64_t Size, const RegisterFile &Registers)
      : Size(Size), Registers(Registers) {}

  void read(uint64_t Start, uint64_t End);
  RegisterFile caller() const;

private:
  /// By which the stack pointer is moved: t0.
  static constexpr unsigned DistanceRegister = 5;

  void readDistance(uint32_t Word);
  static bool movesByDistance(uint32_t Word);

  uint64_t Size;
  const RegisterFile &Registers;
  Save Saves[DwarfRegisterCount];
  uint64_t Distance = 0;
  uint64_t Moved = 0;
};

/// LUI and C.LUI.
void PrologueReader::readDistance(uint32_t Word) {
  constexpr uint32_t LuiMask = 0xfff, Lui = DistanceRegister << 7 | 0x37;
  constexpr uint32_t ShortMask = 0xef83,
                     ShortLui = 0x6001 | DistanceRegister << 7;
  int32_t Upper = 0;
  if ((Word & LuiMask) == Lui)
    Upper = static_cast<int32_t>(Word) >> 12;
  else if ((Word & ShortMask) == ShortLui)
    Upper = static_cast<int32_t>(Word >> 2 & 0x1f) -
            static_cast<int32_t>((Word >> 12 & 1) << 5);
  else
    return;
  Distance = Upper < 0 ? static_cast<uint64_t>(-Upper) << 12 : 0;
}

/// C.ADD and ADD: sp, sp, t0.
bool PrologueReader::movesByDistance(uint32_t Word) {
  return (Word & 0xffff) == (0x9102 | DistanceRegister << 2) ||
         Word == (0x10133 | DistanceRegister << 20);
}

void PrologueReader::read(uint64_t Start, uint64_t End) {
  uint64_t Place = Start;
  while (Place < End) {
    auto Word = readAt<uint32_t>(Place);
    Save Found = saveAt(Place);
    // What is stored later is not the caller's any more.
    if (Moved == 0 && isSavedByCallees(Found.Register) &&
        Found.Offset + 8 <= Size && Saves[Found.Register].Register == 0)
      Saves[Found.Register] = Found;
    readDistance(Word);
    if (Moved == 0 && movesByDistance(Word))
      Moved = Distance;
    // Instructions of two and of four bytes (RISC-V Unprivileged ISA, "Base
    // Instruction-Length Encoding").
    Place += (Word & 3) == 3 ? 4 : 2;
  }
}

RegisterFile PrologueReader::caller() const {
  RegisterFile Found = Registers;
  Found.Values[LinkRegister] = 0;
  uint64_t Frame = Registers.stackPointer() + Moved;
  for (const Save &Each : Saves)
    if (Each.Register != 0)
      Found.Values[Each.Register] = readAt<uint64_t>(Frame + Each.Offset);
  Found.Values[StackPointerRegister] = Frame + Size;
  Found.Values[ProgramCounterRegister] = Found.Values[LinkRegister];
  return Found;
}

/// The frame that a prologue at \p Start has made by \p Pc, if its caller is at
/// \p Expected, or 0 for any.
bool undoFrame(uint64_t Start, uint64_t Size, uint64_t Pc, uint64_t Expected,
               RegisterFile &Registers) {
  PrologueReader Prologue(Size, Registers);
  Prologue.read(Start, std::min(Pc, Start + LongestPrologue));
  RegisterFile Caller = Prologue.caller();
  if ((Expected != 0 && Caller.pc() != Expected) ||
      !isReturnAddress(Caller.pc()))
    return false;
  Registers = Caller;
  return true;
}

/// Whether \p Link, of a function that was interrupted at \p Pc, is where that
/// will return to. Had it called another, it would be near.
bool isFar(uint64_t Link, uint64_t Pc) {
  return Link - Pc + LongestFunction > 2 * LongestFunction &&
         isReturnAddress(Link);
}

} // namespace

bool undoPrologue(uint64_t Pc, bool IsInterrupted, RegisterFile &Registers) {
  uint64_t First = Pc - std::min(Pc, LongestFunction);
  uint64_t Link = Registers.Values[LinkRegister];
  uint64_t Expected = IsInterrupted && isFar(Link, Pc) ? Link : 0;
  for (uint64_t Place = Pc - 2; Place > First && isCode(Place); Place -= 2)
    if (uint64_t Size = frameSize(Place))
      if (undoFrame(Place, Size, Pc, Expected, Registers))
        return true;
  if (Expected == 0)
    return false;
  Registers.Values[ProgramCounterRegister] = Expected;
  return true;
}

} // namespace remoterun::executor
