//===- ArmFields.h - Fields of Arm and Thumb code ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What ELF for the Arm Architecture ("Static Thumb16 relocations", "Static
// Thumb32 relocations") has and RuntimeDyld has not: it knows code of the kind
// A32 alone, and no distance to an address but a branch's. And the code that
// calls what a thread-local variable's descriptor says (Addenda to, and Errata
// in, the ABI for the Arm Architecture): a word with the distance from the call
// to the descriptor, and the call. Here it is the distance to where the
// variable's offset is, and the call loads that.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_ARMFIELDS_H
#define REMOTERUN_JIT_TARGET_ARMFIELDS_H

#include "jit/target/FieldRules.h"

namespace remoterun::jit::arm {

/// How many bytes a field has; 0 for a type that is none of these.
uint8_t widthOfField(uint32_t Type);
bool isBranchField(uint32_t Type);

extern const FieldRules Fields;

} // namespace remoterun::jit::arm

#endif
