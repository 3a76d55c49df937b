//===- JumpCode.h - Code that is made without a compiler --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_JUMPCODE_H
#define REMOTERUN_JIT_TARGET_JUMPCODE_H

#include <cstdint>

namespace remoterun::jit {

struct JumpCode {
  uint64_t Size = 0;
  /// Writes \p Size bytes of code that stands at \p Place.
  void (*Write)(uint8_t *Memory, uint64_t Place, uint64_t Operand) = nullptr;
};

} // namespace remoterun::jit

#endif
