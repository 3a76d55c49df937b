//===- StructConvention.h - How C passes a struct by value ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM leaves it to front ends to say in which registers the parts of a struct
// go; each psABI has rules of its own for that.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_STRUCTCONVENTION_H
#define REMOTERUN_JIT_TARGET_STRUCTCONVENTION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace remoterun::jit {

/// A struct of numbers and pointers, as C lays it out.
struct StructShape {
  struct Field {
    uint64_t Offset;
    uint8_t Size; ///< 1, 2, 4 or 8 bytes, aligned as that.
    bool IsFloat;
    bool IsPointer;
  };
  llvm::SmallVector<Field, 8> Fields; ///< At least one.
  uint64_t Size = 0;
  uint64_t Alignment = 1;
};

/// What LLVM is to pass, or to return, in its place.
struct StructPassing {
  enum class Way : uint8_t {
    Pieces,    ///< Values, each loaded from the struct.
    Memory,    ///< A copy on the stack (byval); of a result, a place (sret).
    Reference, ///< The address of a copy.
  };
  struct Piece {
    uint64_t Offset; ///< In the struct, which is followed by zeroes.
    uint8_t Size;    ///< Bytes of an element.
    bool IsFloat;
    bool IsVector = false; ///< Count elements in one register.
    uint8_t Count = 1;     ///< Otherwise, more than one is an array.
  };
  Way By = Way::Pieces;
  llvm::SmallVector<Piece, 4> Pieces;
};

/// What earlier arguments have used, where that matters.
struct ArgumentRegisters {
  unsigned Integers = 0, Floats = 0;
};

/// \p IsResult: it is returned. Otherwise, \p Used is what the arguments
/// before it have taken, and is added to.
using StructConvention = StructPassing (*)(const StructShape &Shape,
                                           bool IsResult,
                                           ArgumentRegisters &Used);

/// System V ABI, AMD64 supplement, "Parameter Passing".
StructPassing passStructX86_64(const StructShape &, bool, ArgumentRegisters &);
/// Procedure Call Standard for the Arm 64-bit Architecture, "Parameter
/// passing".
StructPassing passStructAArch64(const StructShape &, bool, ArgumentRegisters &);
/// Procedure Call Standard for the Arm Architecture, with its VFP variant.
StructPassing passStructArm(const StructShape &, bool, ArgumentRegisters &);
/// RISC-V ABIs Specification, "Hardware Floating-point Calling Convention".
StructPassing passStructRiscV64(const StructShape &, bool, ArgumentRegisters &);
/// 64-Bit ELF V2 ABI Specification for Power, "Parameter Passing".
StructPassing passStructPpc64le(const StructShape &, bool, ArgumentRegisters &);
/// ELF Application Binary Interface s390x Supplement, "Parameter Passing".
StructPassing passStructS390x(const StructShape &, bool, ArgumentRegisters &);

} // namespace remoterun::jit

#endif
