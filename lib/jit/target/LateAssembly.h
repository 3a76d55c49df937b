//===- LateAssembly.h - Entries of late functions as text -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the assembly of late functions is put together from that is the same for
// all instruction sets (LateCode::Assembly).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_LATEASSEMBLY_H
#define REMOTERUN_JIT_TARGET_LATEASSEMBLY_H

#include "jit/target/LateSlots.h"

namespace remoterun::jit {

std::string quoted(llvm::StringRef Name);

/// Binding and visibility of \p Symbol.
void addDirectives(const LateSymbol &Symbol, std::string &Text);

/// \p Code in the section for code, in which CONTROL and SLOTS stand
/// for LateCode::Control and LateCode::Slots; and declarations of what the
/// linker asks for.
std::string startOfLateSlots(llvm::ArrayRef<llvm::StringLiteral> Code);

/// The words at LateCode::Words, for addresses of 64 bits.
void addWords(llvm::ArrayRef<LateSymbol> Outside, std::string &Text);

} // namespace remoterun::jit

#endif
