//===- NativeBackend.cpp - The code generator for this machine ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/Backends.h"

#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

#include <mutex>

using namespace llvm;

namespace remoterun::jit {

const bool HasAllBackends = false;

bool initializeBackend(Triple::ArchType Arch) {
  if (Arch != Triple(sys::getProcessTriple()).getArch())
    return false;
  static std::once_flag Once;
  std::call_once(Once, [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    InitializeNativeTargetAsmParser();
  });
  return true;
}

} // namespace remoterun::jit
