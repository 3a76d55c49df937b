//===- ModuleReader.h - A file of IR as modules -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_MODULEREADER_H
#define REMOTERUN_JIT_IR_MODULEREADER_H

#include "jit/ir/InputFiles.h"
#include "remote-run/Failure.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace remoterun::jit {

class DiagnosticCollector;

using ModuleList = std::vector<std::unique_ptr<llvm::Module>>;

/// Reads what is in \p File, which must outlive the result: one module, or the
/// several that -flto=thin makes of one. Function bodies of bitcode are left
/// unread (see Reachability), and nothing is verified.
Expected<ModuleList> readModules(const InputFile &File,
                                 llvm::LLVMContext &Context,
                                 const DiagnosticCollector &Diagnostics);

/// Verifies \p M, of the file \p Name, once all of it is read. Debug
/// information that is of no use is dropped, with a warning.
Expected<void> verify(llvm::Module &M, const std::string &Name);

/// The failure \p E of reading a body in \p File, later.
Failure unreadable(const InputFile &File, llvm::Error E);

} // namespace remoterun::jit

#endif
