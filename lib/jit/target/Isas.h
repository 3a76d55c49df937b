//===- Isas.h - All instruction sets ----------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_ISAS_H
#define REMOTERUN_JIT_TARGET_ISAS_H

#include "jit/target/Isa.h"

namespace remoterun::jit {

extern const Isa X86_64Isa;
extern const Isa AArch64Isa;
extern const Isa RISCV64Isa;
extern const Isa ArmIsa;
extern const Isa PowerPC64LEIsa;
extern const Isa SystemZIsa;

} // namespace remoterun::jit

#endif
