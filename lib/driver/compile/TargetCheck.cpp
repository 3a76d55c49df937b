//===- TargetCheck.cpp - Whether code runs where it is sent ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/TargetCheck.h"

using namespace llvm;

namespace remoterun::driver {

Expected<void> checkTarget(const Triple &Target, bool NeedsLowAddresses,
                           const controller::ExecutorFacts &Facts) {
  Triple Theirs(Triple::normalize(Facts.Triple));
  if (Target.getArch() != Theirs.getArch() || Target.getOS() != Theirs.getOS())
    return Failure{Blame::Input, "the program is for '" + Target.str() +
                                     "', the executor runs '" + Theirs.str() +
                                     "'; choose another --stub, or --mtriple "
                                     "if the IR fits both"};
  constexpr uint64_t TwoGiB = uint64_t(1) << 31;
  if (NeedsLowAddresses &&
      (Facts.Slab.Start + Facts.Slab.Size).value() > TwoGiB)
    return Failure{Blame::Executor,
                   "the executor found no memory below 2 GiB, which "
                   "--relocation-model=static needs; use "
                   "--relocation-model=pic or --code-model=large"};
  return {};
}

} // namespace remoterun::driver
