//===- CompiledProgram.h - What code generation leaves ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_COMPILEDPROGRAM_H
#define REMOTERUN_JIT_CODEGEN_COMPILEDPROGRAM_H

#include "jit/base/SourceFiles.h"
#include "jit/cache/CompilationCache.h"
#include "jit/codegen/LatePlan.h"
#include "jit/codegen/ParallelCodeGen.h"
#include "jit/ir/ModuleLoader.h"
#include "wire/Codec.h"
#include "wire/Messages.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

/// The program's IR as objects, and everything else about it that the rest of
/// the way needs: once it is there, nobody asks for the IR any more.
struct CompiledProgram {
  SourceFiles Files;
  /// Of the last files, where they were found among the native inputs.
  std::vector<InputFile::NativePlace> AmongNative;
  std::string Triple;
  bool NeedsLowAddresses = false; ///< See CodeGenerator.
  bool EntryReturnsVoid = false;
  /// Symbols that are needed without being referred to.
  std::vector<std::string> RequiredNames;
  std::vector<std::string> Indices; ///< See LibraryThreadLocals.
  std::vector<std::string> LeftOut; ///< LeftOutSymbols::Offered.
  std::vector<std::string> Warnings;
  /// The executor's, for which the model of thread-local variables was chosen.
  wire::ThreadLocalBlock ThreadLocals;
  /// In the order in which they are linked.
  std::vector<CompiledPart> Parts;
  /// Those of a program that was kept, which loadRest() has not read.
  struct KeptPart {
    CacheKey Key;
    std::string File; ///< See CompiledPart.
  };
  std::vector<KeptPart> NotLoaded;
  /// What is compiled when it is called; the parts have entries for it. Null
  /// for nothing.
  std::shared_ptr<const PlanOnDemand> Late;
};

/// Files by their numbers: the caller has their names.
void encodeFiles(const SourceFiles &Files, wire::ByteWriter &Out);
SourceFiles decodeFiles(wire::ByteReader &In,
                        const std::vector<std::string> &Names);

struct ProgramEntry {
  std::string Bytes;
  size_t StartSize = 0; ///< What every run reads of it.
};

/// The entry of \p Program in a cache, without its parts, which have been kept
/// before.
ProgramEntry encodeProgram(const CompiledProgram &Program);

/// Today's names of the files that a program was made from.
struct NamesOfFiles {
  std::vector<std::string> Given;
  std::vector<std::string> Native;
};

/// The program that was kept under \p Key, if it is there, without its parts.
std::optional<CompiledProgram> loadProgram(const CacheKey &Key,
                                           const NamesOfFiles &Names,
                                           CompilationCache &Cache);

/// Reads the parts of a program that was kept, and its plan. False where one is
/// not there any more; then it is not to be used.
bool loadRest(CompiledProgram &Program, CompilationCache &Cache);

} // namespace remoterun::jit

#endif
