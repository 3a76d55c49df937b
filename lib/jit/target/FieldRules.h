//===- FieldRules.h - Relocations that RuntimeDyld lacks --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_FIELDRULES_H
#define REMOTERUN_JIT_TARGET_FIELDRULES_H

#include "jit/target/JumpCode.h"

#include <cstdint>

namespace remoterun::jit {

/// How an instruction set has fields in code and data that RuntimeDyld does not
/// know, each of one symbol, with a part of the addend where the field is.
///
/// The value of a field is an address: the symbol's and the addends; of a
/// branch, where it leads. On Arm the lowest bit of a function's address says
/// that its code is Thumb.
struct FieldRules {
  /// Whether a relocation of \p Type is one.
  bool (*IsField)(uint32_t Type);
  bool (*IsBranch)(uint32_t Type);
  /// What is added to the symbol's value by what stands at \p Memory. Of a
  /// branch to what is no function (\p IsFunction), the code there is of the
  /// kind that the instruction says.
  int64_t (*Addend)(uint32_t Type, const uint8_t *Memory, bool IsFunction);
  /// Writes \p Value to the field that is at \p Place in the executor. False,
  /// and nothing is written, if that is out of its reach, or code of a kind
  /// that the branch cannot lead to.
  bool (*Write)(uint32_t Type, uint8_t *Memory, uint64_t Place, uint64_t Value);
  /// Has a branch to what is weak and nowhere do nothing.
  void (*WriteNothing)(uint32_t Type, uint8_t *Memory);
  /// What a branch leads to instead, where it cannot lead to its target, at an
  /// address of Alignment. It is referred to by its own address and JumpKind.
  JumpCode Jump;
  uint64_t JumpAlignment = 1, JumpKind = 0;
};

} // namespace remoterun::jit

#endif
