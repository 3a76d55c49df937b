//===- Unit.h - IR that is compiled by itself -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Natively, every module becomes an object. Merged into one they compile and
// link faster, and what the program does is the same, as long as they name each
// other by what IR says. Those that do not are units of their own, which are
// linked as objects.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_UNIT_H
#define REMOTERUN_JIT_IR_UNIT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace remoterun::jit {

/// What one call of the code generator compiles, or several that share it.
struct Unit {
  std::unique_ptr<llvm::Module> IR;
  /// The numbers of the files that it was made of, in SourceFiles.
  std::vector<uint32_t> Files;
  /// Functions may be compiled when they are called, as far as it has been
  /// looked at.
  bool MayDivide = false;
};

/// For each of \p Modules, in the order of the command line and with nothing
/// but what will be compiled, whether a new unit begins with it. Only
/// neighbours share a unit, so that whatever goes by the order of objects
/// (constructors, weak definitions, named sections) is as natively. Two do if
/// neither has file scope (FileScope.h), no assembly of one has a word that is
/// a local symbol of the other, and their module flags are the same that clang
/// and llvm::Linker take for a part of code generation.
std::vector<bool> findUnitStarts(llvm::ArrayRef<const llvm::Module *> Modules);

/// Of COMDATs of one name in several units, leaves the first, as a linker does
/// with groups of objects: its other members' places are taken by declarations.
void foldComdats(llvm::ArrayRef<llvm::Module *> Units);

} // namespace remoterun::jit

#endif
