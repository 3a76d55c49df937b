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
// which is slower and has no limit. Those of libraries are the loader's: code
// asks it for them by what the linker can have written.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_THREADLOCALMODEL_H
#define REMOTERUN_JIT_IR_THREADLOCALMODEL_H

#include "jit/target/ThreadLocalCode.h"
#include "remote-run/Failure.h"
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
  std::vector<std::string> All;
  /// Those whose name is that of an index in the code, which is what
  /// __tls_get_addr takes (ELF Handling For Thread-Local Storage).
  std::vector<std::string> Indices;
};

/// Gives each thread-local variable of \p M its model. Those that \p Scope
/// defines are the program's own; native ones are local exec. Each use of a
/// library's (std::call_once uses one) that is to be had by a call is replaced
/// by that, where LLVM's own code for it cannot be linked.
Expected<LibraryThreadLocals> settleThreadLocals(llvm::Module &M,
                                                 const ThreadLocalScope &Scope,
                                                 ThreadLocalModel Model,
                                                 LibraryAccess Access);

} // namespace remoterun::jit

#endif
