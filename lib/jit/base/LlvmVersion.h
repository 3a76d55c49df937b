//===- LlvmVersion.h - What differs between LLVM's versions -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// remote-run builds with LLVM 19, 22 and 23. Everything else is written for all
// at once; what cannot be stands here, in the manner of the newest.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_LLVMVERSION_H
#define REMOTERUN_JIT_BASE_LLVMVERSION_H

#include "llvm/ADT/StringSet.h"
#include "llvm/CodeGen/CommandFlags.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/LLVMRemarkStreamer.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/RuntimeLibcalls.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Remarks/RemarkStreamer.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/Error.h"
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

/// LLVM 23 has the assembly of a module in pieces.
inline std::string fileScopeAssembly(const llvm::Module &M) {
#if LLVM_VERSION_MAJOR >= 23
  std::string All;
  for (const llvm::Module::GlobalAsmFragment &Each : M.getModuleInlineAsm())
    All += Each.Asm;
  return All;
#else
  return M.getModuleInlineAsm();
#endif
}

inline llvm::StringRef nameOf(const llvm::SubtargetFeatureKV &Feature) {
#if LLVM_VERSION_MAJOR >= 23
  return Feature.key();
#else
  return Feature.Key;
#endif
}

inline const llvm::MCSubtargetInfo &
subtargetOf(const llvm::TargetMachine &Machine) {
#if LLVM_VERSION_MAJOR >= 23
  return Machine.getMCSubtargetInfo();
#else
  return *Machine.getMCSubtargetInfo();
#endif
}

/// What code generation's flags say goes into the functions' attributes.
inline void setFunctionAttributes(llvm::Module &M, llvm::StringRef Cpu,
                                  llvm::StringRef Features) {
#if LLVM_VERSION_MAJOR >= 23
  llvm::codegen::setFunctionAttributes(M, Cpu, Features);
#else
  llvm::codegen::setFunctionAttributes(Cpu, Features, M);
#endif
}

/// What begins the names of symbols that an object file does not keep, as ".L".
inline llvm::StringRef internalSymbolPrefix(const llvm::DataLayout &Layout) {
#if LLVM_VERSION_MAJOR >= 23
  return Layout.getInternalSymbolPrefix();
#else
  return Layout.getPrivateGlobalPrefix();
#endif
}

/// What cannot be removed stays; LLVM 23 would say why.
inline void pruneCache(llvm::StringRef Directory,
                       const llvm::CachePruningPolicy &Policy) {
#if LLVM_VERSION_MAJOR >= 23
  llvm::consumeError(llvm::pruneCache(Directory, Policy).takeError());
#else
  llvm::pruneCache(Directory, Policy);
#endif
}

/// Writes the rest of the file of remarks, before that is closed.
inline void finishRemarks(llvm::LLVMContext &Context) {
#if LLVM_VERSION_MAJOR >= 22
  llvm::finalizeLLVMOptimizationRemarks(Context);
#else
  Context.setLLVMRemarkStreamer(nullptr);
  Context.setMainRemarkStreamer(nullptr);
#endif
}

/// For what has no addresses, whose size LLVM 23 does not want to know any
/// more.
inline llvm::DataExtractor dataExtractor(llvm::ArrayRef<uint8_t> Bytes,
                                         bool IsLittleEndian) {
#if LLVM_VERSION_MAJOR >= 23
  return llvm::DataExtractor(Bytes, IsLittleEndian);
#else
  return llvm::DataExtractor(Bytes, IsLittleEndian, /*AddressSize=*/0);
#endif
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
