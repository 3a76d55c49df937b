//===- CompilerRuntime.h - Where clang keeps its runtimes -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_COMPILERRUNTIME_H
#define REMOTERUN_JIT_TARGET_COMPILERRUNTIME_H

#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Triple.h"

#include <string>

namespace remoterun::jit {

/// What gives remote-run a library of the compiler's, as a shell would have it:
/// "--extra-archive=$(clang-22 -print-file-name=libclang_rt.NAME-x86_64.a)".
/// \p Option goes in front of the file's name.
std::string withRuntime(llvm::StringRef Option, llvm::StringRef Name,
                        llvm::StringRef Suffix, const llvm::Triple &Target);

} // namespace remoterun::jit

#endif
