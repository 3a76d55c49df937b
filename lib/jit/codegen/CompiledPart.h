//===- CompiledPart.h - IR that has become an object ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_COMPILEDPART_H
#define REMOTERUN_JIT_CODEGEN_COMPILEDPART_H

#include "jit/cache/CompilationCache.h"
#include "jit/codegen/CodeGenerator.h"
#include "jit/object/ObjectDivision.h"
#include "jit/object/ObjectSource.h"
#include "jit/target/Isa.h"

#include <optional>
#include <string>

namespace remoterun::jit {

struct CompiledPart {
  /// What has just been compiled is divided (ObjectDivision.h) and whole; of
  /// what was kept before, there is the start alone.
  ObjectBytes Object;
  size_t StartSize = 0;
  bool HasRest = false;      ///< Here, or where it is kept.
  bool HasDebugInfo = false; ///< In the rest that is not here.
  /// The file that it is of, if it is not of all of the program's.
  std::string File = {};
  CacheKey Key = {}; ///< Its entry in the cache, if there is one.
  /// Where all of it is kept under Key; empty for nowhere.
  std::string KeptIn = {};
  /// It depends on this file, too, and must not be kept; empty for none.
  std::string IncludedFile = {};

  /// Divides \p Compiled, which \p Generator has made.
  static CompiledPart of(ObjectBytes Compiled, const CodeGenerator &Generator) {
    CompiledPart Part;
    Part.IncludedFile = Generator.includedFile();
    Part.StartSize = divideObject(Compiled);
    Part.HasRest = Part.StartSize != Compiled.size();
    Part.Object = std::move(Compiled);
    return Part;
  }
  /// Of what is kept in the file \p Path under \p Key, if that is an object
  /// that can be linked for \p Target: checked as one from any other file.
  static std::optional<CompiledPart> ofKept(KeyedStart Kept, std::string Path,
                                            const CacheKey &Key,
                                            const Isa &Target);

  /// Where all of it is. It is not to be read when this is gone, unless it is
  /// kept.
  ObjectSource source() const {
    return KeptIn.empty() ? ObjectSource::inMemory({nullptr, bytes()})
                          : sourceInCache(KeptIn, Key);
  }
  llvm::StringRef bytes() const { return {Object.data(), Object.size()}; }
};

/// The object that \p Cache has under \p Key, if it can be linked for
/// \p Target.
std::optional<CompiledPart> loadPart(CompilationCache &Cache,
                                     const CacheKey &Key, const Isa &Target);

} // namespace remoterun::jit

#endif
