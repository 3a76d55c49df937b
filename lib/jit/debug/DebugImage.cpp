//===- DebugImage.cpp - The linked program, for debuggers -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/DebugImage.h"
#include "jit/debug/DebugImageBuilder.h"
#include "jit/object/ElfHeaders.h"

using namespace llvm;

namespace remoterun::jit {

SmallVector<char, 0> makeDebugImage(const ProgramRecord &Program,
                                    ExecutorAddr Place) {
  return withElfTypeOf(Program.map().isa(), [&]<typename ELFT>() {
    return DebugImageBuilder<ELFT>(Program, Place).build();
  });
}

} // namespace remoterun::jit
