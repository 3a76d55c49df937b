//===- BitcodeSymbols.h - Symbols of IR before it is compiled ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which members of an archive belong to a program is found out by symbols, and
// of a member that is bitcode before it can be compiled: as by a linker that
// optimizes (LLVM's documentation, "LLVM Link Time Optimization").
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_BITCODESYMBOLS_H
#define REMOTERUN_JIT_OBJECT_BITCODESYMBOLS_H

#include "remote-run/Failure.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
} // namespace llvm

namespace remoterun::jit {

/// One that other objects can see.
struct BitcodeSymbol {
  std::string Name; ///< As it will be in the object.
  bool IsDefined = false;
  bool IsWeak = false; ///< The definition, or the reference.
  bool IsCommon = false;
};

/// Whether \p File begins as bitcode does.
bool isBitcode(llvm::StringRef File);

/// Of \p M, what its assembly defines and needs included.
std::vector<BitcodeSymbol> symbolsOf(const llvm::Module &M);

/// The same of the bitcode \p Contents, mostly from the table of symbols that
/// it carries for linkers. \p What is for diagnostics.
Expected<std::vector<BitcodeSymbol>> symbolsOfBitcode(llvm::StringRef Contents,
                                                      const std::string &What);

} // namespace remoterun::jit

#endif
