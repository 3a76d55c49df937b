//===- ModuleLoader.h - Input files to one verified module ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MCJIT does not get weak and strong definitions in several modules right, so
// it never sees more than one: what the user gave is linked as IR first.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_MODULELOADER_H
#define REMOTERUN_JIT_MODULELOADER_H

#include "controller/Failure.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Module.h"

#include <memory>
#include <string>
#include <vector>

namespace remoterun::jit {

class DiagnosticCollector;

/// The program's IR.
struct LinkedModule {
  std::unique_ptr<llvm::Module> IR;
  std::string MainFile; ///< As the user named it; "<stdin>" for "-".
  /// The file that defines each function, where there is more than one file.
  llvm::StringMap<std::string> FileOfFunction;

  /// A hash of each file that was read, if it was kept apart.
  std::vector<std::string> ContentHashes;
  /// The extra files, if they were to be kept apart.
  std::vector<LinkedModule> Others;

  /// For diagnostics.
  std::string fileOf(llvm::StringRef Function) const;
};

/// Reads bitcode or assembly from \p File ("-": standard input) and from every
/// file of \p ExtraFiles, verifies each and links them in order. With
/// \p KeepApart they are hashed and not linked: an object cache has an object
/// for each. A failure carries LLVM's own message with file, line and caret.
Expected<LinkedModule> loadModules(const std::string &File,
                                   const std::vector<std::string> &ExtraFiles,
                                   bool KeepApart, llvm::LLVMContext &Context,
                                   DiagnosticCollector &Diagnostics);

} // namespace remoterun::jit

#endif
