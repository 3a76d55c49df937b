//===- Instrumentation.h - Runtimes that no code asks for -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A compiler driver links a runtime to what it has instrumented, and has the
// linker take it although no code refers to it. Without it the program runs,
// and what it was instrumented for does not happen.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_INSTRUMENTATION_H
#define REMOTERUN_JIT_IR_INSTRUMENTATION_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace remoterun::jit {

/// What the instrumentation of a module needs beside its code.
struct InstrumentationNeeds {
  /// Symbols of runtimes, to be taken from the native inputs that define them.
  std::vector<std::string> Names;
  /// What will not happen, and which option changes that.
  std::vector<std::string> Warnings;
};

/// Of \p M, from the file \p Input. \p Defines tells whether a native input
/// defines a symbol.
InstrumentationNeeds
findInstrumentationNeeds(const llvm::Module &M, const std::string &Input,
                         llvm::function_ref<bool(llvm::StringRef)> Defines);

} // namespace remoterun::jit

#endif
