//===- ArmPrologue.cpp - Frames that no table describes -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/memory/GuestRange.h"
#include "executor/unwind/ArmUnwindTables.h"
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

/// What an instruction of a prologue does (Arm Architecture Reference Manual
/// ARMv7-A, A5 and A6).
struct Effect {
  unsigned Length = 2;
  unsigned Pushed = 0; ///< A bit for each register.
  uint32_t Bytes = 0;  ///< Other room on the stack.
};

/// ThumbExpandImm() and ARMExpandImm() of the manual, without the patterns.
uint32_t rotated(uint32_t Value, unsigned Amount) {
  return Amount == 0 ? Value : Value >> Amount | Value << (32 - Amount);
}

Effect effectOfThumb(uint64_t Place) {
  auto First = readAt<uint16_t>(Place), Second = readAt<uint16_t>(Place + 2);
  Effect Found;
  if ((First & 0xfe00) == 0xb400) // push {..., lr}
    Found.Pushed = (First & 0xffu) | (First & 0x100u) << 6;
  else if ((First & 0xff80) == 0xb080) // sub sp, #
    Found.Bytes = (First & 0x7fu) * 4;
  else if (First >> 11 >= 0x1d)
    Found.Length = 4;
  if (First == 0xe92d) // push.w
    Found.Pushed = Second & 0x5fffu;
  else if (First == 0xed2d && (Second & 0xf00) == 0xb00) // vpush
    Found.Bytes = (Second & 0xffu) * 4;
  else if ((First & 0xfbff) == 0xf1ad && (Second & 0x8f00) == 0x0d00) {
    // sub.w sp, sp, #
    unsigned Amount =
        (First >> 6 & 0x10u) | (Second >> 11 & 0xeu) | (Second >> 7 & 1u);
    Found.Bytes =
        Amount < 8 ? Second & 0xffu : rotated(0x80u | (Second & 0x7fu), Amount);
  }
  return Found;
}

Effect effectOfArm(uint64_t Place) {
  auto Word = readAt<uint32_t>(Place);
  Effect Found{4};
  if ((Word & 0xffff0000) == 0xe92d0000) // push
    Found.Pushed = Word & 0x5fff;
  else if ((Word & 0xfffff000) == 0xe24dd000) // sub sp, sp, #
    Found.Bytes = rotated(Word & 0xff, 2 * (Word >> 8 & 0xf));
  else if ((Word & 0xffbf0f00) == 0xed2d0b00) // vpush
    Found.Bytes = (Word & 0xff) * 4;
  return Found;
}

/// Behind a BL or BLX.
bool isReturnAddress(uint64_t Address) {
  constexpr uint64_t ThumbBit = 1;
  uint64_t Place = Address & ~ThumbBit;
  if (Place < 4 || !isCode(Place - 4))
    return false;
  if (!(Address & ThumbBit)) {
    auto Word = readAt<uint32_t>(Place - 4);
    return Place % 4 == 0 &&
           ((Word & 0x0f000000) == 0x0b000000 || Word >> 25 == 0x7d ||
            (Word & 0x0ffffff0) == 0x012fff30);
  }
  auto Half = readAt<uint16_t>(Place - 4), Last = readAt<uint16_t>(Place - 2);
  return ((Half & 0xf800) == 0xf000 && (Last & 0xc000) == 0xc000) ||
         (Last & 0xff87) == 0x4780;
}

/// Takes what was pushed off the stack again.
void pop(unsigned Pushed, RegisterFile &Registers) {
  uint64_t &StackPointer = Registers.Values[StackPointerRegister];
  for (unsigned Register = 0; Register != StackPointerRegister + 2; ++Register)
    if (Pushed >> Register & 1) {
      auto Value = readAt<uint32_t>(StackPointer);
      StackPointer += 4;
      // The first four are no longer what they were.
      if (Register > 3)
        Registers.Values[Register] = Value;
    }
}

/// The frame that a prologue with a push at \p Start has made by \p Pc, if its
/// caller is at \p Expected, or 0 for any.
bool undoFrame(uint64_t Start, uint64_t Pc, uint64_t Expected,
               Effect (*EffectAt)(uint64_t), RegisterFile &Registers) {
  constexpr unsigned LinkBit = 1u << LinkRegister;
  Effect First = EffectAt(Start);
  if (!(First.Pushed & LinkBit))
    return false;
  RegisterFile Caller = Registers;
  uint64_t End = std::min(Pc, Start + LongestPrologue);
  for (uint64_t Place = Start + First.Length; Place < End;) {
    Effect Next = EffectAt(Place);
    Caller.Values[StackPointerRegister] += Next.Bytes;
    Place += Next.Length;
  }
  pop(First.Pushed, Caller);
  uint64_t ReturnsTo = Caller.Values[LinkRegister];
  if ((Expected != 0 && ReturnsTo != Expected) || !isReturnAddress(ReturnsTo))
    return false;
  Caller.Values[ProgramCounterRegister] = ReturnsTo & ~uint64_t(1);
  Registers = Caller;
  return true;
}

/// Where the function at \p Pc is, at the most.
struct Bounds {
  uint64_t Start, End;
};

/// The linker has made one of neighbours that nothing unwinds, in libraries.
Bounds boundsOf(uint64_t Pc) {
  auto Table = guestTableAt(static_cast<uintptr_t>(Pc));
  if (Table.empty())
    return {Pc - std::min(Pc, LongestFunction), Pc + LongestFunction};
  const ExidxEntry *Entry = findEntry(Table, static_cast<uintptr_t>(Pc));
  return {reinterpret_cast<uintptr_t>(prel31(&Entry[0].Function)),
          reinterpret_cast<uintptr_t>(prel31(&Entry[1].Function))};
}

} // namespace

bool undoPrologue(uint64_t Pc, bool IsInterrupted, RegisterFile &Registers) {
  Bounds Function = boundsOf(Pc);
  uint64_t Link = Registers.Values[LinkRegister];
  // A function that has called another has an address of its own there.
  bool IsLink = IsInterrupted && isReturnAddress(Link) &&
                (Link <= Function.Start || Link > Function.End);
  uint64_t Expected = IsLink ? Link : 0;
  auto Undo = [&](uint64_t Step, Effect (*EffectAt)(uint64_t)) {
    for (uint64_t Place = Pc - Step; Place >= Function.Start && isCode(Place);
         Place -= Step)
      if (undoFrame(Place, Pc, Expected, EffectAt, Registers))
        return true;
    return false;
  };
  // Debian's libraries are of the kind T32, compiled IR of the kind A32, and a
  // guest's objects of either.
  bool MayBeArm = isGuestAddress(Pc) && Pc % 4 == 0;
  if ((MayBeArm && Undo(4, effectOfArm)) || Undo(2, effectOfThumb))
    return true;
  if (Expected == 0)
    return false;
  Registers.Values[ProgramCounterRegister] = Expected & ~uint64_t(1);
  return true;
}

} // namespace remoterun::executor
