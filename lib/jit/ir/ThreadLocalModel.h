//===- ThreadLocalModel.h - How IR reaches thread-locals --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Three kinds of thread-local variables meet in a program. Its own are native,
// at fixed offsets from the thread pointer as in an executable, as long as they
// fit the executor's block; otherwise they are emulated (LLVM's LowerEmuTLS),
// which is slower and has no limit. Those of libraries are the loader's.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_THREADLOCALMODEL_H
#define REMOTERUN_JIT_IR_THREADLOCALMODEL_H

#include "controller/base/Failure.h"
#include "wire/Messages.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace remoterun::jit {

class NativeInputs;

enum class ThreadLocalModel : uint8_t { Native, Emulated };

/// Everything that can define a variable of the program.
struct ThreadLocalScope {
  llvm::ArrayRef<const llvm::Module *> Modules;
  const NativeInputs &Inputs;
};

/// The model for the program's own variables: native, unless those of the IR do
/// not fit \p Block, or native inputs share emulated ones with it.
Expected<ThreadLocalModel>
chooseThreadLocalModel(const ThreadLocalScope &Scope,
                       const wire::ThreadLocalBlock &Block);

/// Thread-local variables of libraries, by name.
struct LibraryThreadLocals {
  std::vector<std::string> Lowered;
  /// Those that must be found in the executor.
  std::vector<std::string> Required;
};

/// Replaces each use of a library's thread-local variable (std::call_once uses
/// one) by dlsym(RTLD_DEFAULT, name), which returns the calling thread's
/// instance: a library that is loaded late has none at a fixed offset. Those
/// that \p Scope defines are the program's own; native ones are local exec.
Expected<LibraryThreadLocals>
lowerLibraryThreadLocals(llvm::Module &M, const ThreadLocalScope &Scope,
                         ThreadLocalModel Model);

} // namespace remoterun::jit

#endif
