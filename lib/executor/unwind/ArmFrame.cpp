//===- ArmFrame.cpp - One frame outwards, by .ARM.exidx -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exception Handling ABI for the Arm Architecture, section 10, "Implementation
// details": what GCC and Clang generate.
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LoadedObject.h"
#include "executor/unwind/ArmUnwindTables.h"
#include "executor/unwind/CallFrame.h"

namespace remoterun::executor {

namespace {

/// The bytes of a function's description, the high ones of each word first.
class Instructions {
public:
  Instructions() = default;
  /// After \p Skipped bytes of \p Word, and with \p More words behind it.
  Instructions(const uint32_t *Word, unsigned Skipped, unsigned More)
      : Word(Word), Next(Skipped), Size(4 + 4 * More) {}

  bool atEnd() const { return Next == Size; }
  /// After the end, all say that it is the end.
  uint8_t take() {
    if (atEnd())
      return Finish;
    auto Byte = static_cast<uint8_t>(Word[Next / 4] >> (8 * (3 - Next % 4)));
    ++Next;
    return Byte;
  }

  static constexpr uint8_t Finish = 0xb0;

private:
  const uint32_t *Word = nullptr;
  unsigned Next = 0, Size = 0;
};

Instructions instructionsOf(const ExidxEntry &Entry) {
  constexpr uint32_t IsCompact = uint32_t(1) << 31;
  if (Entry.Content & IsCompact)
    return Instructions(&Entry.Content, 1, 0);
  const uint32_t *Table = prel31(&Entry.Content);
  // A personality routine of its own; those of C and C++ have the same
  // instructions behind it.
  if (!(*Table & IsCompact))
    return Instructions(Table + 1, 1, Table[1] >> 24);
  unsigned Routine = *Table >> 24 & 0xf;
  return Routine == 0 ? Instructions(Table, 1, 0)
                      : Instructions(Table, 2, *Table >> 16 & 0xff);
}

/// Undoes what a function did to the stack.
class Unwinding {
public:
  explicit Unwinding(const RegisterFile &Registers) : Caller{{}, Registers} {}

  CallerFrame run(Instructions Code);

private:
  using Kind = CallerFrame::Kind;

  uint32_t &value(unsigned Register) { return Values[Register]; }
  uint32_t pop() {
    auto Place = static_cast<uintptr_t>(StackPointer);
    StackPointer += 4;
    return *reinterpret_cast<const uint32_t *>(Place);
  }
  void popRegisters(unsigned Mask, unsigned First);
  /// False for what makes no sense, or is not for this kind of processor.
  bool perform(uint8_t Operation, Instructions &Code);
  bool performPop(uint8_t Operation, Instructions &Code);

  CallerFrame Caller;
  uint32_t Values[DwarfRegisterCount];
  uint32_t StackPointer = 0;
  bool HasPc = false, HasStackPointer = false;
};

void Unwinding::popRegisters(unsigned Mask, unsigned First) {
  for (unsigned Register = First; Mask != 0; Mask >>= 1, ++Register)
    if (Mask & 1)
      value(Register) = pop();
}

bool Unwinding::performPop(uint8_t Operation, Instructions &Code) {
  constexpr uint32_t Double = 8;
  switch (Operation) {
  case 0xb1: {
    uint8_t Mask = Code.take();
    popRegisters(Mask, 0);
    return Mask != 0 && Mask < 0x10;
  }
  case 0xb2: {
    uint32_t Distance = 0;
    uint8_t Byte;
    for (unsigned Shift = 0; Shift < 28; Shift += 7) {
      Byte = Code.take();
      Distance |= uint32_t(Byte & 0x7f) << Shift;
      if (!(Byte & 0x80))
        break;
    }
    StackPointer += 0x204 + (Distance << 2);
    return true;
  }
  case 0xb3:
    StackPointer += ((Code.take() & 0xfu) + 1) * Double + 4;
    return true;
  case 0xb4: // The authentication code of a return address.
    StackPointer += 4;
    return true;
  case 0xc8:
  case 0xc9:
    StackPointer += ((Code.take() & 0xfu) + 1) * Double;
    return true;
  default:
    break;
  }
  uint32_t Count = (Operation & 7u) + 1;
  if ((Operation & 0xf8) == 0xb8)
    StackPointer += Count * Double + 4;
  else if ((Operation & 0xf8) == 0xd0)
    StackPointer += Count * Double;
  else
    return false;
  return true;
}

bool Unwinding::perform(uint8_t Operation, Instructions &Code) {
  uint32_t Distance = (uint32_t(Operation & 0x3f) << 2) + 4;
  switch (Operation >> 4) {
  case 0x0:
  case 0x1:
  case 0x2:
  case 0x3:
    StackPointer += Distance;
    return true;
  case 0x4:
  case 0x5:
  case 0x6:
  case 0x7:
    StackPointer -= Distance;
    return true;
  case 0x8: {
    constexpr unsigned First = 4;
    unsigned Mask = (Operation & 0xfu) << 8;
    Mask |= Code.take();
    HasStackPointer = Mask >> (StackPointerRegister - First) & 1;
    HasPc |= Mask >> (ProgramCounterRegister - First) & 1;
    popRegisters(Mask, First);
    if (HasStackPointer)
      StackPointer = value(StackPointerRegister);
    return Mask != 0;
  }
  case 0x9:
    StackPointer = value(Operation & 0xf);
    return (Operation & 0xd) != 0xd;
  case 0xa:
    popRegisters((2u << (Operation & 7)) - 1, 4);
    if (Operation & 8)
      value(LinkRegister) = pop();
    return true;
  default:
    return performPop(Operation, Code);
  }
}

CallerFrame Unwinding::run(Instructions Code) {
  for (unsigned I = 0; I != DwarfRegisterCount; ++I)
    value(I) = static_cast<uint32_t>(Caller.Registers.Values[I]);
  StackPointer = value(StackPointerRegister);
  while (!Code.atEnd()) {
    uint8_t Operation = Code.take();
    if (Operation == Instructions::Finish)
      break;
    if (!perform(Operation, Code))
      return Caller;
  }
  // The lowest bit of an address says that its code is of the kind T32.
  value(ProgramCounterRegister) =
      value(HasPc ? ProgramCounterRegister : LinkRegister) & ~1u;
  value(StackPointerRegister) = StackPointer;
  for (unsigned I = 0; I != DwarfRegisterCount; ++I)
    Caller.Registers.Values[I] = value(I);
  // Only what returns from a signal saves the stack pointer itself.
  Caller.What = HasStackPointer ? Kind::Interrupted : Kind::Called;
  return Caller;
}

const ExidxEntry *entryAt(uintptr_t Pc) {
  if (auto Table = guestTableAt(Pc); !Table.empty())
    return findEntry(Table, Pc);
  LoadedObject Library = loadedObjectAt(Pc);
  auto *Table = reinterpret_cast<const ExidxEntry *>(Library.UnwindTable);
  return findEntry({Table, Library.UnwindEntries}, Pc);
}

} // namespace

CallerFrame callerFrame(uint64_t Pc, const RegisterFile &Registers) {
  const ExidxEntry *Entry = entryAt(static_cast<uintptr_t>(Pc));
  // C code has no better description, and the start of a thread has none.
  if (!Entry || Entry->Content == ExidxEntry::CannotUnwind)
    return {CallerFrame::Kind::Undescribed, {}};
  return Unwinding(Registers).run(instructionsOf(*Entry));
}

} // namespace remoterun::executor
