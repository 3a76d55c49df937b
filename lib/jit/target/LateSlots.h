//===- LateSlots.h - Entries of functions that come later -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What stands in the program for a function that is not compiled yet, and for
// symbols that only the dynamic linker knows, as assembly.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_LATESLOTS_H
#define REMOTERUN_JIT_TARGET_LATESLOTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace remoterun::jit {

/// A symbol, and the directives of it (gas manual): ".weak", ".hidden".
struct LateSymbol {
  llvm::StringRef Name;
  llvm::StringRef Binding, Visibility; ///< Empty for none.
};

/// How an instruction set has late code. Names that start with "\1" are of the
/// linker alone.
struct LateCode {
  /// Symbols that assembly() defines: the first entry, the first word and the
  /// first stub; and those that it refers to (LateWindows.h).
  static constexpr llvm::StringLiteral Entries = "remote-run.entries",
                                       Words = "remote-run.words",
                                       Stubs = "remote-run.stubs";
  static constexpr llvm::StringLiteral Control = "\1late.control",
                                       Slots = "\1late.slots",
                                       LoopTable = "\1late.loops";
  /// What is behind Control: a byte for each function that was called; with
  /// fast code that replaces loops, for each loop as well.
  static constexpr uint64_t WantedOffset = 128;

  uint64_t EntrySize, StubSize;
  /// What a slot holds before its function is there, from the start of the
  /// function's entry.
  uint64_t RequestOffset;
  /// An entry for each of \p Functions, which is the function's one address: it
  /// jumps where the slot of its number leads. For each of \p Outside, a word
  /// with its address, and a stub that jumps there.
  std::string (*Assembly)(llvm::ArrayRef<LateSymbol> Functions,
                          llvm::ArrayRef<LateSymbol> Outside);
  /// Assembly in functions that is known to be right, and to name nothing.
  llvm::ArrayRef<llvm::StringLiteral> PlainAssembly;
  /// What code refers to that its IR does not, beside what all have
  /// (SlotObject.cpp).
  llvm::ArrayRef<llvm::StringLiteral> Unsaid = {};
  /// That a program has written code, somebody has to be called for
  /// ("llvm.clear_cache").
  bool ClearsCache = false;
  /// Has the instruction at \p Place, which is in \p Memory, call \p Target or
  /// jump there. False, and nothing is written, where that is out of reach.
  /// Null where RuntimeDyld does it without stubs.
  bool (*WriteBranch)(uint8_t *Memory, uint64_t Place,
                      uint64_t Target) = nullptr;
};

} // namespace remoterun::jit

#endif
