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

#ifndef REMOTERUN_JIT_THREADLOCALMODEL_H
#define REMOTERUN_JIT_THREADLOCALMODEL_H

#include "controller/Failure.h"
#include "wire/Messages.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace remoterun::jit {

class NativeInputs;

enum class ThreadLocalModel : uint8_t { Native, Emulated };

/// The model for the program's own variables: native, unless they do not fit
/// \p Block, or \p Inputs share emulated ones with the IR.
Expected<ThreadLocalModel>
chooseThreadLocalModel(const llvm::Module &M, const NativeInputs &Inputs,
                       const wire::ThreadLocalBlock &Block);

/// Replaces each use of a library's thread-local variable (std::call_once uses
/// one) by dlsym(RTLD_DEFAULT, name), which returns the calling thread's
/// instance: a library that is loaded late has none at a fixed offset. Returns
/// the names, which must be found in the executor. One that \p Inputs define
/// is the program's own, and left as it is.
Expected<std::vector<std::string>>
lowerLibraryThreadLocals(llvm::Module &M, const NativeInputs &Inputs,
                         ThreadLocalModel Model);

} // namespace remoterun::jit

#endif
