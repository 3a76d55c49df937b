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

#include <cstdint>
#include <string>

namespace remoterun::jit {

/// An entry of a dynamic symbol table.
struct DynamicSymbol {
  llvm::StringRef Name;
  bool IsDefined = false; ///< Or else it is referred to.
  bool IsWeak = false;
  bool IsFunction = false;
  bool IsVariable = false;
  bool IsZero = false; ///< A variable that starts as zeroes (.bss).
  uint64_t Size = 0;
  uint64_t Alignment = 1; ///< As far as its place tells.
};

/// Calls \p Visit with each global symbol of the shared library of which
/// \p Bytes are the file, but for those of other than their default version.
/// The names are those bytes. Of a damaged library it visits what can be read.
void forEachDynamicEntry(llvm::StringRef Bytes,
                         llvm::function_ref<void(const DynamicSymbol &)> Visit);

/// The same of the file \p Path; of no symbol if it cannot be read.
void forEachDynamicEntryOf(
    const std::string &Path,
    llvm::function_ref<void(const DynamicSymbol &)> Visit);

/// Calls \p Visit with the name of each symbol that a linker would find in the
/// shared library of which \p Bytes are the file: those of its dynamic symbol
/// table (gABI, "Dynamic Section", DT_SYMTAB) that it defines.
void forEachDynamicSymbol(llvm::StringRef Bytes,
                          llvm::function_ref<void(llvm::StringRef)> Visit);

/// The same of the file \p Path.
void forEachDynamicSymbolOf(const std::string &Path,
                            llvm::function_ref<void(llvm::StringRef)> Visit);

/// Calls \p Visit with the names in the dynamic section of the shared library
/// \p Path: with DT_SONAME and DT_NEEDED.
void forEachDynamicNameOf(
    const std::string &Path,
    llvm::function_ref<void(uint64_t Tag, llvm::StringRef)> Visit);

} // namespace remoterun::jit

#endif
