//===- DwarfExpression.cpp - Expressions of call frame information --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/unwind/DwarfExpression.h"

namespace remoterun::executor {

namespace {

/// DWARF 5, section 7.7.1.
enum Operation : uint8_t {
  OpAddress = 0x03,
  OpDereference = 0x06,
  OpConstant1u = 0x08,
  OpConstant1s = 0x09,
  OpConstant2u = 0x0a,
  OpConstant2s = 0x0b,
  OpConstant4u = 0x0c,
  OpConstant4s = 0x0d,
  OpConstant8u = 0x0e,
  OpConstant8s = 0x0f,
  OpConstantU = 0x10,
  OpConstantS = 0x11,
  OpDuplicate = 0x12,
  OpDrop = 0x13,
  OpOver = 0x14,
  OpPick = 0x15,
  OpSwap = 0x16,
  OpRotate = 0x17,
  OpAbsolute = 0x19,
  OpAnd = 0x1a,
  OpDivide = 0x1b,
  OpMinus = 0x1c,
  OpModulo = 0x1d,
  OpMultiply = 0x1e,
  OpNegate = 0x1f,
  OpNot = 0x20,
  OpOr = 0x21,
  OpPlus = 0x22,
  OpPlusConstant = 0x23,
  OpShiftLeft = 0x24,
  OpShiftRight = 0x25,
  OpShiftRightSigned = 0x26,
  OpXor = 0x27,
  OpBranch = 0x28,
  OpEqual = 0x29,
  OpGreaterOrEqual = 0x2a,
  OpGreater = 0x2b,
  OpLessOrEqual = 0x2c,
  OpLess = 0x2d,
  OpNotEqual = 0x2e,
  OpSkip = 0x2f,
  OpLiteral0 = 0x30,
  OpLiteral31 = 0x4f,
  OpBaseRegister0 = 0x70,
  OpBaseRegister31 = 0x8f,
  OpBaseRegisterX = 0x92,
  OpDereferenceSize = 0x94,
  OpNoOperation = 0x96,
};

class Evaluation {
public:
  Evaluation(DwarfReader Code, const RegisterFile &Registers)
      : Code(Code), Start(Code.position()), Registers(Registers) {}

  void push(uint64_t Value) {
    if (Depth == MostValues)
      Code.fail();
    else
      Values[Depth++] = Value;
  }

  std::optional<uint64_t> run() {
    // Branches could make a loop.
    for (unsigned Steps = 0; !Code.atEnd() && Steps != MostSteps; ++Steps)
      perform(Code.u8());
    if (Code.failed() || !Code.atEnd() || Depth == 0)
      return std::nullopt;
    return Values[Depth - 1];
  }

private:
  static constexpr unsigned MostValues = 64, MostSteps = 1000;

  uint64_t pop() {
    if (Depth != 0)
      return Values[--Depth];
    Code.fail();
    return 0;
  }
  void pick(unsigned FromTop) {
    if (FromTop < Depth)
      push(Values[Depth - 1 - FromTop]);
    else
      Code.fail();
  }
  void baseRegister(uint64_t Number) {
    int64_t Offset = Code.sleb();
    if (Number < DwarfRegisterCount)
      push(Registers.Values[Number] + static_cast<uint64_t>(Offset));
    else
      Code.fail();
  }
  void jump(int16_t Distance) {
    const uint8_t *There = Code.position() + Distance;
    if (There < Start || There > Code.end())
      Code.fail();
    else
      Code.moveTo(There);
  }
  void dereference(unsigned Size) {
    uint64_t Address = pop(), Value = 0;
    if (Code.failed() || Size > sizeof(Value))
      return Code.fail();
    std::memcpy(&Value, reinterpret_cast<const void *>(Address), Size);
    push(Value);
  }

  void perform(uint8_t Op);
  void performConstant(uint8_t Op);
  void performOnOne(uint8_t Op, uint64_t Value);
  void performOnTwo(uint8_t Op, uint64_t Second, uint64_t Top);

  DwarfReader Code;
  const uint8_t *Start;
  const RegisterFile &Registers;
  uint64_t Values[MostValues];
  unsigned Depth = 0;
};

void Evaluation::performConstant(uint8_t Op) {
  switch (Op) {
  case OpAddress:
    return push(Code.fixed<uintptr_t>());
  case OpConstant1u:
    return push(Code.u8());
  case OpConstant1s:
    return push(static_cast<uint64_t>(int64_t{Code.fixed<int8_t>()}));
  case OpConstant2u:
    return push(Code.fixed<uint16_t>());
  case OpConstant2s:
    return push(static_cast<uint64_t>(int64_t{Code.fixed<int16_t>()}));
  case OpConstant4u:
    return push(Code.fixed<uint32_t>());
  case OpConstant4s:
    return push(static_cast<uint64_t>(int64_t{Code.fixed<int32_t>()}));
  case OpConstant8u:
  case OpConstant8s:
    return push(Code.fixed<uint64_t>());
  case OpConstantU:
    return push(Code.uleb());
  case OpConstantS:
    return push(static_cast<uint64_t>(Code.sleb()));
  default:
    return Code.fail();
  }
}

void Evaluation::performOnOne(uint8_t Op, uint64_t Value) {
  auto Signed = static_cast<int64_t>(Value);
  switch (Op) {
  case OpAbsolute:
    return push(Signed < 0 ? -Value : Value);
  case OpNegate:
    return push(-Value);
  case OpNot:
    return push(~Value);
  default: // OpPlusConstant
    return push(Value + Code.uleb());
  }
}

void Evaluation::performOnTwo(uint8_t Op, uint64_t Second, uint64_t Top) {
  auto A = static_cast<int64_t>(Second), B = static_cast<int64_t>(Top);
  switch (Op) {
  case OpAnd:
    return push(Second & Top);
  case OpDivide:
    // INT64_MIN / -1 traps as 0 does.
    return B == 0 || B == -1 ? Code.fail() : push(static_cast<uint64_t>(A / B));
  case OpMinus:
    return push(Second - Top);
  case OpModulo:
    return Top == 0 ? Code.fail() : push(Second % Top);
  case OpMultiply:
    return push(Second * Top);
  case OpOr:
    return push(Second | Top);
  case OpPlus:
    return push(Second + Top);
  case OpShiftLeft:
    return push(Top < 64 ? Second << Top : 0);
  case OpShiftRight:
    return push(Top < 64 ? Second >> Top : 0);
  case OpShiftRightSigned:
    return push(static_cast<uint64_t>(A >> (Top < 64 ? Top : 63)));
  case OpXor:
    return push(Second ^ Top);
  case OpEqual:
    return push(A == B);
  case OpGreaterOrEqual:
    return push(A >= B);
  case OpGreater:
    return push(A > B);
  case OpLessOrEqual:
    return push(A <= B);
  case OpLess:
    return push(A < B);
  case OpNotEqual:
    return push(A != B);
  default:
    return Code.fail();
  }
}

void Evaluation::perform(uint8_t Op) {
  if (Op >= OpLiteral0 && Op <= OpLiteral31)
    return push(Op - OpLiteral0);
  if (Op >= OpBaseRegister0 && Op <= OpBaseRegister31)
    return baseRegister(Op - OpBaseRegister0);
  switch (Op) {
  case OpNoOperation:
    return;
  case OpBaseRegisterX:
    return baseRegister(Code.uleb());
  case OpDereference:
    return dereference(sizeof(uintptr_t));
  case OpDereferenceSize:
    return dereference(Code.u8());
  case OpDuplicate:
    return pick(0);
  case OpDrop:
    pop();
    return;
  case OpOver:
    return pick(1);
  case OpPick:
    return pick(Code.u8());
  case OpSwap:
  case OpRotate: {
    uint64_t Top = pop(), Second = pop();
    uint64_t Third = Op == OpRotate ? pop() : 0;
    push(Top);
    if (Op == OpRotate)
      push(Third);
    return push(Second);
  }
  case OpSkip:
    return jump(Code.fixed<int16_t>());
  case OpBranch: {
    int16_t Distance = Code.fixed<int16_t>();
    return pop() != 0 ? jump(Distance) : void();
  }
  case OpAbsolute:
  case OpNegate:
  case OpNot:
  case OpPlusConstant:
    return performOnOne(Op, pop());
  default:
    break;
  }
  if (Op < OpDuplicate)
    return performConstant(Op);
  uint64_t Top = pop(), Second = pop();
  performOnTwo(Op, Second, Top);
}

} // namespace

std::optional<uint64_t> evaluateExpression(DwarfReader Expression,
                                           const RegisterFile &Registers,
                                           std::optional<uint64_t> Initial) {
  Evaluation Running(Expression, Registers);
  if (Initial)
    Running.push(*Initial);
  return Running.run();
}

} // namespace remoterun::executor
