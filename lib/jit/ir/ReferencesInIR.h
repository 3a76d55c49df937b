//===- ReferencesInIR.h - What IR needs of others ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A large program whose symbols are not all there is not worth compiling. Its
// IR names them; whether code generation keeps every reference, only code
// generation knows.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_REFERENCESINIR_H
#define REMOTERUN_JIT_IR_REFERENCESINIR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace remoterun::jit {

struct ReferenceInIR {
  std::string Name;
  bool IsWeak = false;
};

/// What \p Modules, to be linked as objects, refer to and none of them defines,
/// but for thread-local variables, and for what their assembly may define. A
/// name may come more than once.
std::vector<ReferenceInIR>
referencesOf(llvm::ArrayRef<const llvm::Module *> Modules);

/// The same for thread-local variables, which are not what they are called if
/// they are emulated, with what it takes to have them.
std::vector<std::string>
threadLocalReferencesOf(llvm::ArrayRef<const llvm::Module *> Modules);

/// Whether one of \p Modules defines \p Name for the others.
bool define(llvm::ArrayRef<const llvm::Module *> Modules, llvm::StringRef Name);

/// Functions that code generation may call though no IR of \p Modules names
/// them: most of them for intrinsics. Not all are functions of somebody's, and
/// there may be others.
std::vector<std::string>
callsOfCodeGeneration(llvm::ArrayRef<const llvm::Module *> Modules);

/// Leaves of the functions of \p M those that refer to \p Names, of each name
/// \p Limit; where others are referred to, nothing stands any more. All symbols
/// stay as they were. Returns for each name how many more functions refer to
/// it.
llvm::StringMap<size_t>
keepReferrers(llvm::Module &M, const llvm::StringSet<> &Names, size_t Limit);

} // namespace remoterun::jit

#endif
