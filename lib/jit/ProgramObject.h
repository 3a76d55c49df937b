//===- ProgramObject.h - One relocatable object of the program --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_PROGRAMOBJECT_H
#define REMOTERUN_JIT_PROGRAMOBJECT_H

#include "controller/Failure.h"
#include "jit/CodeGenerator.h"
#include "jit/ObjectPatch.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>

namespace remoterun::jit {

/// An object on its way from compiler or file to RuntimeDyld, patched.
struct ProgramObject {
  std::string Name; ///< For diagnostics: "a.o" or "lib.a(member.o)".
  bool IsCompiledIR = false;
  std::unique_ptr<llvm::WritableMemoryBuffer> Bytes;
  std::unique_ptr<llvm::object::ELFObjectFileBase> File; ///< A view of Bytes.
  /// What Bytes were before they were patched, if that is still somewhere: it
  /// has the names of local symbols.
  llvm::StringRef Unpatched;
  std::shared_ptr<llvm::MemoryBuffer> UnpatchedOwner; ///< Null: another.
  /// The sizes, by section index, of sections of zeroes that the patch has
  /// made small so that nobody allocates them here.
  llvm::DenseMap<uint64_t, uint64_t> TrueSizes;
  /// Sections that are part of the program even where nothing refers to them,
  /// by section index.
  llvm::SmallVector<uint64_t, 0> KeptSections;
  /// What the patch has taken from the symbol table of one that is not
  /// compiled IR.
  std::vector<LocalSymbol> HiddenSymbols;
};

/// Takes over, checks and patches \p Bytes (see ObjectPatch.h).
Expected<ProgramObject>
makeProgramObject(std::string Name,
                  std::unique_ptr<llvm::WritableMemoryBuffer> Bytes,
                  const llvm::Triple &Target);

/// The same with a copy of \p Bytes.
Expected<ProgramObject> copyProgramObject(const std::string &Name,
                                          llvm::StringRef Bytes,
                                          const llvm::Triple &Target);

} // namespace remoterun::jit

#endif
