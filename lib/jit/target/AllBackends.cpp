//===- AllBackends.cpp - The code generators of all targets ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/LlvmVersion.h"
#include "jit/target/Backends.h"

#include "llvm/Support/TargetSelect.h"

#include <mutex>

using namespace llvm;

namespace remoterun::jit {

const bool HasAllBackends = true;

#define REMOTERUN_INITIALIZE(TARGET)                                           \
  LLVMInitialize##TARGET##TargetInfo();                                        \
  LLVMInitialize##TARGET##Target();                                            \
  LLVMInitialize##TARGET##TargetMC();                                          \
  LLVMInitialize##TARGET##AsmPrinter();                                        \
  LLVMInitialize##TARGET##AsmParser();                                         \
  return true

static bool registerBackend(Triple::ArchType Arch) {
  switch (Arch) {
  case Triple::x86_64:
    REMOTERUN_INITIALIZE(X86);
  case Triple::aarch64:
    REMOTERUN_INITIALIZE(AArch64);
  case Triple::riscv64:
    if (!llvm_version::LinksRiscv)
      return false;
    REMOTERUN_INITIALIZE(RISCV);
  case Triple::arm:
  case Triple::thumb:
    REMOTERUN_INITIALIZE(ARM);
  case Triple::ppc64le:
    REMOTERUN_INITIALIZE(PowerPC);
  case Triple::systemz:
    REMOTERUN_INITIALIZE(SystemZ);
  default:
    return false;
  }
}

bool initializeBackend(Triple::ArchType Arch) {
  static std::mutex Guard;
  static bool IsDone[Triple::LastArchType + 1];
  std::lock_guard Lock(Guard);
  IsDone[Arch] = IsDone[Arch] || registerBackend(Arch);
  return IsDone[Arch];
}

} // namespace remoterun::jit
