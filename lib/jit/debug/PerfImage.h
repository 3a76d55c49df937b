//===- PerfImage.h - The linked program, for perf ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// perf(1) reads symbols, lines and instructions from the file that was mapped
// where it has seen the program counter. The program's own file is in memory,
// and gone when perf reports; so it is told of one that stays.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_PERFIMAGE_H
#define REMOTERUN_JIT_DEBUG_PERFIMAGE_H

#include "jit/link/ProgramRecord.h"
#include "jit/link/SectionMemory.h"

#include "llvm/ADT/SmallVector.h"

namespace remoterun::jit {

/// The debug image of \p Program (see DebugImage.h) with its code, which is in
/// \p Memory: an executable whose PT_LOAD segments are those of the program
/// that hold code. Empty for a program whose kind of ELF files is not made
/// here.
llvm::SmallVector<char, 0> makePerfImage(const ProgramRecord &Program,
                                         const SectionMemory &Memory);

} // namespace remoterun::jit

#endif
