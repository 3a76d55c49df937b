//===- LinkMap.h - Where everything is, for people --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The text of --map, in the manner of lld's -Map (lld/ELF/MapFile.cpp): for
// each section in the executor a line for what it would be part of in a linked
// file, one for the object that it is from, and one for each symbol in it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_LINKMAP_H
#define REMOTERUN_JIT_LINK_LINKMAP_H

#include "jit/base/SourceFiles.h"
#include "jit/ir/InputFiles.h"
#include "jit/link/SectionMemory.h"
#include "jit/object/ProgramSymbols.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// A part of the program in the executor.
struct MappedSection {
  ExecutorRange Range;
  uint64_t Alignment = 1;
  std::string Name;
  SectionKey Input; ///< Index 0 if it is no section of an object.
};

struct MappedProgram {
  const std::vector<ProgramObject> &Objects;
  const ProgramSymbols &Symbols;
  std::vector<MappedSection> Sections;
  const SourceFiles &Files; ///< Of the compiled IR.
  /// Of a common symbol of the program.
  llvm::function_ref<ExecutorAddr(llvm::StringRef)> AddressOf;
};

/// Addresses are the executor's and numbers hexadecimal, alignments excepted.
/// What is made by linking is from "<internal>", as in lld's. A symbol that
/// another file than the object's first has defined is followed by that file's
/// name: one object may be of several files of IR.
std::string makeLinkMap(const MappedProgram &Program);

} // namespace remoterun::jit

#endif
