//===- SymbolReferences.h - Who refers to a symbol --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For diagnostics, when the linking has failed: what of an object cannot be
// read is passed over.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_SYMBOLREFERENCES_H
#define REMOTERUN_JIT_DEBUG_SYMBOLREFERENCES_H

#include "jit/base/SourceFiles.h"
#include "jit/ir/InputFiles.h"
#include "jit/object/ProgramObject.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// The places of a program that refer to one symbol.
struct SymbolReferences {
  /// As "main.c:12 (function main in main.bc)", one for each function or
  /// variable; without debug information "function main in main.bc".
  std::vector<std::string> Places;
  size_t More = 0; ///< That are not among Places.
};

/// What in \p Objects refers to each of \p Names: of each at most \p Limit
/// places. \p Files are the sources of the compiled IR.
llvm::StringMap<SymbolReferences>
findReferences(llvm::ArrayRef<std::string> Names,
               const std::vector<ProgramObject> &Objects,
               const SourceFiles &Files, size_t Limit);

} // namespace remoterun::jit

#endif
