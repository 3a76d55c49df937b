//===- MissingSymbols.h - The diagnostic of undefined symbols ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_MISSINGSYMBOLS_H
#define REMOTERUN_JIT_DEBUG_MISSINGSYMBOLS_H

#include "jit/base/SourceFiles.h"
#include "jit/debug/SymbolAdvice.h"
#include "jit/object/DuplicateSymbols.h"
#include "jit/object/ProgramObject.h"
#include "remote-run/Failure.h"

#include "llvm/ADT/StringMap.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// Of each of SymbolsShown so many places are told.
constexpr size_t ReferencesShown = 3;

/// Tells of \p Names, which nobody defines: the first ones with the places in
/// \p Objects that refer to them, the number of the others, and what helps.
/// \p Further has for each name the number of functions that refer to it and
/// are in none of the objects.
Failure undefinedSymbols(const std::vector<std::string> &Names,
                         const std::vector<ProgramObject> &Objects,
                         const SourceFiles &Files, const AdviceScope &Scope,
                         const llvm::StringMap<size_t> &Further);

} // namespace remoterun::jit

#endif
