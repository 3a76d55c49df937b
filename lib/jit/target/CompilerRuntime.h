//===- CompilerRuntime.h - What a driver links to instrumented code -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clang's -fsanitize=, -fprofile-instr-generate and the like compile, and link
// a runtime library of clang's as well, each in its own way (clang's manual;
// clang/lib/Driver/ToolChains/CommonArgs.cpp). Here is which, and where it is.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_COMPILERRUNTIME_H
#define REMOTERUN_JIT_TARGET_COMPILERRUNTIME_H

#include "jit/target/Isa.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace remoterun::jit {

/// A library that a runtime consists of.
struct RuntimeLibrary {
  enum class Kind : uint8_t {
    None,
    Archive,      ///< libclang_rt.NAME.a, as far as it is needed.
    WholeArchive, ///< All of it.
    Preloaded,    ///< libclang_rt.NAME.so, before all other libraries.
    System,       ///< -lNAME
    Gprof,        ///< What gcrt1.o does, for which there is no library.
  };
  Kind What = Kind::None;
  llvm::StringLiteral Name = "";
  /// Every preloaded one has it (clang links but the one).
  bool IsInPreloaded = false;
  /// What clang has the linker look for although nothing refers to it (-u).
  llvm::StringLiteral Wanted = "";
};

/// What --runtime=NAME stands for.
struct CompilerRuntime {
  llvm::StringLiteral Name;
  llvm::StringLiteral What; ///< For people: "AddressSanitizer's runtime".
  RuntimeLibrary Libraries[3] = {};
  /// Why it cannot be had; empty if it can.
  llvm::StringLiteral Refusal = "";
};

llvm::ArrayRef<CompilerRuntime> allRuntimes();
/// Null for an unknown one.
const CompilerRuntime *findRuntime(llvm::StringRef Name);

/// The folder in which the clang that is installed has its runtimes, with a
/// folder for each kind of machine: "/usr/lib/llvm-22/lib/clang/22/lib".
std::string runtimeFolder();

/// Where clang's library \p Name is: both ways of its build to lay them out
/// are tried, by operating system and by target. Empty if it is not there.
std::string findRuntimeLibrary(const RuntimeLibrary &Library,
                               const Isa &Target);

} // namespace remoterun::jit

#endif
