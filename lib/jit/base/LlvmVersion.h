//===- LlvmVersion.h - What differs between LLVM's versions -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// remote-run builds with LLVM 19 and with LLVM 22. Everything else is written
// for both at once; what cannot be stands here, in the manner of the newer one.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_LLVMVERSION_H
#define REMOTERUN_JIT_BASE_LLVMVERSION_H

#include "llvm/ADT/StringSet.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/RuntimeLibcalls.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

#include <memory>
#include <string>

namespace remoterun::jit::llvm_version {

/// LLVM 21 made modules and targets speak of a Triple; it was a string before.
#if LLVM_VERSION_MAJOR >= 21
using TripleArgument = const llvm::Triple &;
inline TripleArgument tripleArgument(const llvm::Triple &T) { return T; }
#else
using TripleArgument = const std::string &;
inline TripleArgument tripleArgument(const llvm::Triple &T) { return T.str(); }
#endif

inline constexpr unsigned Major = LLVM_VERSION_MAJOR;

/// RuntimeDyld's relocations of RISC-V came later.
inline constexpr bool LinksRiscv = LLVM_VERSION_MAJOR >= 22;

/// Empty where the module names none.
inline llvm::Triple targetTriple(const llvm::Module &M) {
  return llvm::Triple(M.getTargetTriple());
}

inline void setTargetTriple(llvm::Module &M, const llvm::Triple &T) {
  M.setTargetTriple(tripleArgument(T));
}

inline std::unique_ptr<llvm::MCSubtargetInfo>
createSubtarget(const llvm::Target &Target, const llvm::Triple &T,
                const std::string &Cpu) {
  return std::unique_ptr<llvm::MCSubtargetInfo>(
      Target.createMCSubtargetInfo(tripleArgument(T), Cpu, ""));
}

/// The functions that code generation for a module's target may call where IR
/// does not.
class RuntimeCalls {
public:
  explicit RuntimeCalls([[maybe_unused]] const llvm::Module &M) {
#if LLVM_VERSION_MAJOR < 22
    const llvm::RTLIB::RuntimeLibcallsInfo Known(targetTriple(M));
    for (int Call = 0; Call != llvm::RTLIB::UNKNOWN_LIBCALL; ++Call)
      if (const char *Name =
              Known.getLibcallName(static_cast<llvm::RTLIB::Libcall>(Call)))
        Names.insert(Name);
#endif
  }

  bool contain(llvm::StringRef Name) const {
#if LLVM_VERSION_MAJOR < 22
    return Names.contains(Name);
#else
    return !llvm::RTLIB::RuntimeLibcallsInfo::lookupLibcallImplName(Name)
                .empty();
#endif
  }

private:
  llvm::StringSet<> Names;
};

/// A machine that compiles for MCJIT.
inline std::unique_ptr<llvm::TargetMachine>
createMachine(const llvm::Target &Target, const llvm::Triple &T,
              const std::string &Cpu, const std::string &Features,
              const llvm::TargetOptions &Options, llvm::Reloc::Model Relocation,
              llvm::CodeModel::Model Code, llvm::CodeGenOptLevel Level) {
  return std::unique_ptr<llvm::TargetMachine>(
      Target.createTargetMachine(tripleArgument(T), Cpu, Features, Options,
                                 Relocation, Code, Level, /*JIT=*/true));
}

} // namespace remoterun::jit::llvm_version

#endif
