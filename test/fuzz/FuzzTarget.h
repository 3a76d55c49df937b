//===- FuzzTarget.h - What targets and drivers share ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each target is one file that defines LLVMFuzzerTestOneInput. Its driver is
// libFuzzer's, or SeedRunner.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TEST_FUZZ_FUZZTARGET_H
#define REMOTERUN_TEST_FUZZ_FUZZTARGET_H

#include <cstddef>
#include <cstdint>

namespace remoterun::fuzz {

/// Set by each run of a target: whether the product took the whole input for
/// what it pretends to be. It tells a seed that no longer means what its name
/// says.
inline bool Accepted = false;

/// Ends the process where the driver sees it.
inline void require(bool Holds) {
  if (!Holds)
    __builtin_trap();
}

} // namespace remoterun::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size);

#endif
