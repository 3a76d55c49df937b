//===- SymbolNames.h - Names of symbols for people --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_SYMBOLNAMES_H
#define REMOTERUN_JIT_BASE_SYMBOLNAMES_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace remoterun::jit {

/// What is appended to the name of a symbol that was local to its module, and
/// is one of unit \p UnitNumber now: no compiler makes such names.
std::string promotedSuffix(size_t UnitNumber);

/// Takes that from \p Name; whether it was there.
bool consumePromotedSuffix(llvm::StringRef &Name);

/// Whether \p Name is C++'s, or of another language that mangles as it does
/// (Itanium C++ ABI, "External Names").
inline bool isMangled(llvm::StringRef Name) { return Name.starts_with("_Z"); }

/// \p Name as it is in the source.
std::string demangledFunction(llvm::StringRef Name);

/// std::type_info's name of a type as it is in the source.
std::string demangledType(llvm::StringRef Name);

} // namespace remoterun::jit

#endif
