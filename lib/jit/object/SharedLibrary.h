//===- SharedLibrary.h - What a shared library defines ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_SHAREDLIBRARY_H
#define REMOTERUN_JIT_OBJECT_SHAREDLIBRARY_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace remoterun::jit {

/// Calls \p Visit with the name of each symbol that a linker would find in the
/// shared library of which \p Bytes are the file: those of its dynamic symbol
/// table (gABI, "Dynamic Section", DT_SYMTAB), without those of other than
/// their default version. The names are those bytes. Of a damaged library it
/// visits what can be read.
void forEachDynamicSymbol(llvm::StringRef Bytes,
                          llvm::function_ref<void(llvm::StringRef)> Visit);

/// The same of the file \p Path; of no symbol if it cannot be read.
void forEachDynamicSymbolOf(const std::string &Path,
                            llvm::function_ref<void(llvm::StringRef)> Visit);

} // namespace remoterun::jit

#endif
