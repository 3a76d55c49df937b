//===- ExecutorCpu.h - What -mcpu=native is ---------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_EXECUTORCPU_H
#define REMOTERUN_JIT_EXECUTORCPU_H

#include "controller/Session.h"

#include "llvm/TargetParser/Triple.h"

#include <string>

namespace remoterun::jit {

/// LLVM's names for a processor.
struct CpuChoice {
  std::string Name;
  std::string Features; ///< "+a,+b", beside those that come with the name.
};

/// The processor of an executor of \p Target that told \p Facts of itself; what
/// they do not show, it does not have.
CpuChoice chooseCpu(const llvm::Triple &Target,
                    const controller::CpuFacts &Facts);

} // namespace remoterun::jit

#endif
