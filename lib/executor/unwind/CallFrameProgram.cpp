//===- CallFrameProgram.cpp - Undoing a call by its description -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/unwind/CallFrameInfo.h"
#include "executor/unwind/DwarfExpression.h"

namespace remoterun::executor {

namespace {

/// Where the caller's value of a register is.
struct Rule {
  enum class Kind : uint8_t {
    Same,
    Undefined,
    AtOffset, ///< In memory, so far from the frame's address.
    IsOffset, ///< Is that address itself.
    InRegister,
    AtExpression, ///< In memory, where the expression says.
    IsExpression,
  };
  Kind What = Kind::Same;
  /// Small, because there may be little stack left: an offset, a register's
  /// number, or the address of an expression's size, which it follows.
  int64_t Value = 0;
};

struct Row {
  Rule Registers[DwarfRegisterCount];
  Rule FrameAddress; ///< IsOffset from a register, or IsExpression.
  uint64_t FrameRegister = StackPointerRegister;
};

/// DWARF 5, section 7.24, GNU's DW_CFA_GNU_args_size and Arm's
/// DW_CFA_AARCH64_negate_ra_state.
enum Instruction : uint8_t {
  Advance = 0x40,
  Offset = 0x80,
  Restore = 0xc0,
  NoOperation = 0x00,
  SetLocation = 0x01,
  Advance1 = 0x02,
  Advance2 = 0x03,
  Advance4 = 0x04,
  OffsetExtended = 0x05,
  RestoreExtended = 0x06,
  Undefined = 0x07,
  SameValue = 0x08,
  Register = 0x09,
  RememberState = 0x0a,
  RestoreState = 0x0b,
  DefineFrame = 0x0c,
  DefineFrameRegister = 0x0d,
  DefineFrameOffset = 0x0e,
  DefineFrameExpression = 0x0f,
  AtExpression = 0x10,
  OffsetExtendedSigned = 0x11,
  DefineFrameSigned = 0x12,
  DefineFrameOffsetSigned = 0x13,
  ValueOffset = 0x14,
  ValueOffsetSigned = 0x15,
  ValueExpression = 0x16,
  NegateReturnState = 0x2d,
  ArgumentsSize = 0x2e,
};

/// Runs the instructions that lead to the row of one address.
class RowBuilder {
public:
  RowBuilder(const FrameDescription &Function, uint64_t Pc)
      : Function(Function), Pc(Pc), Location(Function.FunctionStart) {}

  bool build();
  const Row &row() const { return Current; }

private:
  static constexpr unsigned MostRemembered = 8;

  bool run(std::span<const uint8_t> Instructions);
  void perform(DwarfReader &Code);
  void performExtended(uint8_t Operation, DwarfReader &Code);
  void defineFrame(uint8_t Operation, DwarfReader &Code);
  void setRule(uint64_t Number, Rule::Kind What, int64_t Value) {
    if (Number < DwarfRegisterCount)
      Current.Registers[Number] = {What, Value};
  }
  void setExpression(Rule &Target, Rule::Kind What, DwarfReader &Code);
  void restore(uint64_t Number) {
    if (Number < DwarfRegisterCount)
      Current.Registers[Number] = Initial.Registers[Number];
  }
  int64_t factored(uint64_t Value) const {
    return static_cast<int64_t>(Value) * Function.DataAlignment;
  }
  void advance(uint64_t Delta) { Location += Delta * Function.CodeAlignment; }

  const FrameDescription &Function;
  uint64_t Pc;
  uint64_t Location;
  Row Current;
  Row Initial;
  Row Remembered[MostRemembered];
  unsigned RememberedCount = 0;
};

bool RowBuilder::build() {
  if (!run(Function.CommonInstructions))
    return false;
  Initial = Current;
  return run(Function.Instructions);
}

bool RowBuilder::run(std::span<const uint8_t> Instructions) {
  DwarfReader Code(Instructions.data(),
                   Instructions.data() + Instructions.size());
  // What follows a later location is not true yet.
  while (!Code.atEnd() && Location <= Pc)
    perform(Code);
  return !Code.failed();
}

void RowBuilder::setExpression(Rule &Target, Rule::Kind What,
                               DwarfReader &Code) {
  auto Start = reinterpret_cast<intptr_t>(Code.position());
  Code.skip(Code.uleb());
  Target = {What, Start};
}

void RowBuilder::defineFrame(uint8_t Operation, DwarfReader &Code) {
  if (Operation == DefineFrameExpression)
    return setExpression(Current.FrameAddress, Rule::Kind::IsExpression, Code);
  bool HasRegister = Operation == DefineFrame ||
                     Operation == DefineFrameSigned ||
                     Operation == DefineFrameRegister;
  if (HasRegister)
    Current.FrameRegister = Code.uleb();
  if (Operation == DefineFrameRegister)
    return;
  bool IsSigned =
      Operation == DefineFrameSigned || Operation == DefineFrameOffsetSigned;
  int64_t Distance = IsSigned ? Code.sleb() * Function.DataAlignment
                              : static_cast<int64_t>(Code.uleb());
  Current.FrameAddress = {Rule::Kind::IsOffset, Distance};
}

void RowBuilder::perform(DwarfReader &Code) {
  uint8_t Operation = Code.u8();
  uint64_t Low = Operation & 0x3f;
  switch (Operation & 0xc0) {
  case Advance:
    return advance(Low);
  case Offset:
    return setRule(Low, Rule::Kind::AtOffset, factored(Code.uleb()));
  case Restore:
    return restore(Low);
  default:
    return performExtended(Operation, Code);
  }
}

void RowBuilder::performExtended(uint8_t Operation, DwarfReader &Code) {
  switch (Operation) {
  case NoOperation:
    return;
  case SetLocation:
    Location = Code.pointer(Function.PointerEncoding);
    return;
  case Advance1:
    return advance(Code.u8());
  case Advance2:
    return advance(Code.fixed<uint16_t>());
  case Advance4:
    return advance(Code.fixed<uint32_t>());
  case RememberState:
    if (RememberedCount == MostRemembered)
      return Code.fail();
    Remembered[RememberedCount++] = Current;
    return;
  case RestoreState:
    if (RememberedCount == 0)
      return Code.fail();
    Current = Remembered[--RememberedCount];
    return;
  case DefineFrame:
  case DefineFrameRegister:
  case DefineFrameOffset:
  case DefineFrameExpression:
  case DefineFrameSigned:
  case DefineFrameOffsetSigned:
    return defineFrame(Operation, Code);
  case NegateReturnState:
    // Signed or not, it is made plain in the end.
    return;
  case ArgumentsSize:
    Code.uleb();
    return;
  default:
    break;
  }
  // The rest starts with a register's number.
  uint64_t Number = Code.uleb();
  Rule Ignored;
  Rule &Target =
      Number < DwarfRegisterCount ? Current.Registers[Number] : Ignored;
  switch (Operation) {
  case OffsetExtended:
    return setRule(Number, Rule::Kind::AtOffset, factored(Code.uleb()));
  case OffsetExtendedSigned:
    return setRule(Number, Rule::Kind::AtOffset,
                   Code.sleb() * Function.DataAlignment);
  case ValueOffset:
    return setRule(Number, Rule::Kind::IsOffset, factored(Code.uleb()));
  case ValueOffsetSigned:
    return setRule(Number, Rule::Kind::IsOffset,
                   Code.sleb() * Function.DataAlignment);
  case RestoreExtended:
    return restore(Number);
  case Undefined:
    return setRule(Number, Rule::Kind::Undefined, 0);
  case SameValue:
    return setRule(Number, Rule::Kind::Same, 0);
  case Register:
    return setRule(Number, Rule::Kind::InRegister,
                   static_cast<int64_t>(Code.uleb()));
  case AtExpression:
    return setExpression(Target, Rule::Kind::AtExpression, Code);
  case ValueExpression:
    return setExpression(Target, Rule::Kind::IsExpression, Code);
  default:
    return Code.fail();
  }
}

uint64_t wordAt(uint64_t Address) {
  uintptr_t Value;
  std::memcpy(&Value, reinterpret_cast<const void *>(Address), sizeof(Value));
  return Value;
}

constexpr uint64_t LongestExpression = 1 << 16;

std::optional<uint64_t> evaluate(const Rule &Wanted,
                                 const RegisterFile &Registers,
                                 std::optional<uint64_t> Initial) {
  auto *Start =
      reinterpret_cast<const uint8_t *>(static_cast<intptr_t>(Wanted.Value));
  // Checked when it was found.
  DwarfReader Size(Start, Start + LongestExpression);
  uint64_t Length = Size.uleb();
  return evaluateExpression({Size.position(), Size.position() + Length},
                            Registers, Initial);
}

/// The caller's value of register \p Number.
std::optional<uint64_t> callersValue(unsigned Number, const Rule &Saved,
                                     uint64_t FrameAddress,
                                     const RegisterFile &Registers) {
  switch (Saved.What) {
  case Rule::Kind::Same:
  case Rule::Kind::Undefined:
    return Registers.Values[Number];
  case Rule::Kind::AtOffset:
    return wordAt(FrameAddress + static_cast<uint64_t>(Saved.Value));
  case Rule::Kind::IsOffset:
    return FrameAddress + static_cast<uint64_t>(Saved.Value);
  case Rule::Kind::InRegister:
    if (Saved.Value < 0 || Saved.Value >= int64_t{DwarfRegisterCount})
      return std::nullopt;
    return Registers.Values[Saved.Value];
  case Rule::Kind::AtExpression:
  case Rule::Kind::IsExpression: {
    auto Value = evaluate(Saved, Registers, FrameAddress);
    if (Value && Saved.What == Rule::Kind::AtExpression)
      return wordAt(*Value);
    return Value;
  }
  }
  return std::nullopt;
}

} // namespace

std::optional<RegisterFile> undoCall(const FrameDescription &Function,
                                     uint64_t Pc,
                                     const RegisterFile &Registers) {
  RowBuilder Builder(Function, Pc);
  if (!Builder.build())
    return std::nullopt;
  const Row &Found = Builder.row();
  if (Function.ReturnRegister >= DwarfRegisterCount ||
      Found.FrameRegister >= DwarfRegisterCount ||
      Found.Registers[Function.ReturnRegister].What == Rule::Kind::Undefined)
    return std::nullopt;
  std::optional<uint64_t> FrameAddress =
      Found.FrameAddress.What == Rule::Kind::IsExpression
          ? evaluate(Found.FrameAddress, Registers, std::nullopt)
          : Registers.Values[Found.FrameRegister] +
                static_cast<uint64_t>(Found.FrameAddress.Value);
  if (!FrameAddress)
    return std::nullopt;
  RegisterFile Caller = Registers;
  // By definition; a rule of its own goes before.
  if (FrameAddressIsStackPointer)
    Caller.Values[StackPointerRegister] = *FrameAddress;
  for (unsigned I = 0; I != DwarfRegisterCount; ++I) {
    if (Found.Registers[I].What == Rule::Kind::Same)
      continue;
    auto Value = callersValue(I, Found.Registers[I], *FrameAddress, Registers);
    if (!Value)
      return std::nullopt;
    Caller.Values[I] = *Value;
  }
  Caller.Values[ProgramCounterRegister] =
      plainReturnAddress(Caller.Values[Function.ReturnRegister]);
  return Caller;
}

} // namespace remoterun::executor
