//===- StructConvention.cpp - How C passes a struct by value --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/StructConvention.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <optional>

using namespace llvm;

namespace remoterun::jit {

using Way = StructPassing::Way;
using Piece = StructPassing::Piece;

namespace {

StructPassing in(Way By) { return {By, {}}; }

StructPassing as(Piece Only) { return {Way::Pieces, {Only}}; }

/// Whether there are \p Wanted more registers. More may have been asked for
/// than there are: those arguments are on the stack.
bool fit(unsigned Wanted, unsigned Used, unsigned Registers) {
  return Wanted == 0 || Used + Wanted <= Registers;
}

/// The struct as so many words.
StructPassing asWords(const StructShape &Shape, uint8_t WordSize) {
  return as({.Offset = 0,
             .Size = WordSize,
             .IsFloat = false,
             .Count = static_cast<uint8_t>(divideCeil(Shape.Size, WordSize))});
}

/// At most \p Most floating-point numbers of one size, and nothing else.
std::optional<Piece> homogeneous(const StructShape &Shape, size_t Most) {
  const StructShape::Field &First = Shape.Fields.front();
  if (!First.IsFloat || Shape.Fields.size() > Most ||
      any_of(Shape.Fields, [&](const StructShape::Field &Each) {
        return !Each.IsFloat || Each.Size != First.Size;
      }))
    return std::nullopt;
  return Piece{.Offset = 0,
               .Size = First.Size,
               .IsFloat = true,
               .Count = static_cast<uint8_t>(Shape.Fields.size())};
}

} // namespace

StructPassing passStructX86_64(const StructShape &Shape, bool IsResult,
                               ArgumentRegisters &Used) {
  constexpr uint64_t Eight = 8;
  if (Shape.Size > 2 * Eight)
    return in(Way::Memory);
  StructPassing Result;
  ArgumentRegisters Wanted;
  for (uint64_t Start = 0; Start < Shape.Size; Start += Eight) {
    bool IsFloat = true;
    unsigned Fields = 0, Smallest = Eight;
    for (const StructShape::Field &Each : Shape.Fields)
      if (Each.Offset >= Start && Each.Offset < Start + Eight) {
        IsFloat &= Each.IsFloat;
        ++Fields;
        Smallest = std::min<unsigned>(Smallest, Each.Size);
      }
    ++(IsFloat ? Wanted.Floats : Wanted.Integers);
    bool IsPair = IsFloat && Fields == 2;
    Result.Pieces.push_back(
        {.Offset = Start,
         .Size = static_cast<uint8_t>(IsFloat ? Smallest : Eight),
         .IsFloat = IsFloat,
         .IsVector = IsPair,
         .Count = static_cast<uint8_t>(IsPair ? 2 : 1)});
  }
  if (IsResult)
    return Result;
  // All of it is in registers, or none.
  constexpr unsigned IntegerRegisters = 6, FloatRegisters = 8;
  if (!fit(Wanted.Integers, Used.Integers, IntegerRegisters) ||
      !fit(Wanted.Floats, Used.Floats, FloatRegisters))
    return in(Way::Memory);
  Used.Integers += Wanted.Integers;
  Used.Floats += Wanted.Floats;
  return Result;
}

StructPassing passStructAArch64(const StructShape &Shape, bool IsResult,
                                ArgumentRegisters &) {
  constexpr size_t MostMembers = 4;
  if (auto Floats = homogeneous(Shape, MostMembers))
    return as(*Floats);
  constexpr uint64_t TwoWords = 16;
  if (Shape.Size > TwoWords)
    return in(IsResult ? Way::Memory : Way::Reference);
  return asWords(Shape, 8);
}

StructPassing passStructArm(const StructShape &Shape, bool IsResult,
                            ArgumentRegisters &) {
  constexpr size_t MostMembers = 4;
  if (auto Floats = homogeneous(Shape, MostMembers))
    return as(*Floats);
  constexpr uint64_t Word = 4;
  if (IsResult)
    return Shape.Size > Word ? in(Way::Memory) : asWords(Shape, Word);
  return asWords(Shape, Shape.Alignment > Word ? 8 : Word);
}

StructPassing passStructRiscV64(const StructShape &Shape, bool IsResult,
                                ArgumentRegisters &Used) {
  constexpr uint64_t Word = 8;
  bool HasFloat = any_of(Shape.Fields, [](const StructShape::Field &Each) {
    return Each.IsFloat;
  });
  // One beside a floating-point number has to be an integer, which a pointer is
  // to neither GCC nor clang.
  bool HasPointer = any_of(Shape.Fields, [](const StructShape::Field &Each) {
    return Each.IsPointer;
  });
  if (HasFloat && !HasPointer && Shape.Fields.size() <= 2) {
    StructPassing Result;
    ArgumentRegisters Wanted;
    for (const StructShape::Field &Each : Shape.Fields) {
      Result.Pieces.push_back(
          {.Offset = Each.Offset, .Size = Each.Size, .IsFloat = Each.IsFloat});
      ++(Each.IsFloat ? Wanted.Floats : Wanted.Integers);
    }
    constexpr unsigned Registers = 8;
    bool Fits = fit(Wanted.Integers, Used.Integers, Registers) &&
                fit(Wanted.Floats, Used.Floats, Registers);
    if (IsResult || Fits) {
      Used.Integers += IsResult ? 0 : Wanted.Integers;
      Used.Floats += IsResult ? 0 : Wanted.Floats;
      return Result;
    }
  }
  if (Shape.Size > 2 * Word)
    return in(IsResult ? Way::Memory : Way::Reference);
  if (!IsResult)
    Used.Integers += static_cast<unsigned>(divideCeil(Shape.Size, Word));
  return asWords(Shape, Word);
}

StructPassing passStructPpc64le(const StructShape &Shape, bool IsResult,
                                ArgumentRegisters &) {
  constexpr size_t MostMembers = 8;
  if (auto Floats = homogeneous(Shape, MostMembers))
    return as(*Floats);
  constexpr uint64_t Word = 8;
  if (IsResult && Shape.Size > 2 * Word)
    return in(Way::Memory);
  return asWords(Shape, Word);
}

StructPassing passStructS390x(const StructShape &Shape, bool IsResult,
                              ArgumentRegisters &) {
  if (IsResult)
    return in(Way::Memory);
  const StructShape::Field &First = Shape.Fields.front();
  if (Shape.Fields.size() == 1 && First.IsFloat)
    return as({.Offset = 0, .Size = First.Size, .IsFloat = true});
  if (Shape.Size > 8 || !isPowerOf2_64(Shape.Size))
    return in(Way::Reference);
  return as({.Offset = 0,
             .Size = static_cast<uint8_t>(Shape.Size),
             .IsFloat = false});
}

} // namespace remoterun::jit
