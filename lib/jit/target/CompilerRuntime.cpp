//===- CompilerRuntime.cpp - Where clang keeps its runtimes ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/CompilerRuntime.h"
#include "jit/base/LlvmVersion.h"

using namespace llvm;

namespace remoterun::jit {

std::string withRuntime(StringRef Option, StringRef Name, StringRef Suffix,
                        const Triple &Target) {
  StringRef Arch = Target.getArch() == Triple::arm ? StringRef("armhf")
                                                   : Target.getArchName();
  return (Option + "$(clang-" + std::to_string(llvm_version::Major) +
          " -print-file-name=libclang_rt." + Name + "-" + Arch + Suffix + ")")
      .str();
}

} // namespace remoterun::jit
