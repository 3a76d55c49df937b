//===- CodePadding.h - Padding that the linker shortens ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a linker may remove bytes, an assembler cannot align code: it leaves as
// much padding as may be needed, and a relocation that says so (RISC-V ELF
// psABI, R_RISCV_ALIGN). Nothing else is removed here; so what of the padding
// is too much is known as soon as the object is.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_CODEPADDING_H
#define REMOTERUN_JIT_OBJECT_CODEPADDING_H

#include "jit/object/ObjectSource.h"
#include "jit/target/Isa.h"

namespace remoterun::jit {

/// \p Object, which need not be one, or a copy of it without the padding that
/// is too much.
ObjectSource::Contents settlePadding(ObjectSource::Contents Object,
                                     const Isa &Target);

} // namespace remoterun::jit

#endif
