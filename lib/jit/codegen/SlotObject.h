//===- SlotObject.h - What stands for late functions ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_SLOTOBJECT_H
#define REMOTERUN_JIT_CODEGEN_SLOTOBJECT_H

#include "jit/codegen/CodeGenerator.h"
#include "jit/codegen/LatePlan.h"
#include "jit/target/LateSlots.h"

namespace remoterun::jit {

/// Adds to what is outside in \p Plan what code generation may refer to
/// although the IR does not. Makes each name of it one.
void completeOutside(LatePlan &Plan, const LateCode &Code);

/// An object to be linked with the rest of the program: the entries of late
/// functions, and what they need to refer to what is outside (LateSlots.h). \p
/// Prototype is of one of the units, for an instruction set that has late code.
Expected<ObjectBytes> makeSlotObject(const LatePlan &Plan,
                                     const CodeGenerator &Prototype);

} // namespace remoterun::jit

#endif
