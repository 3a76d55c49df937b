//===- SupervisedCrash.h - Crash memory at the far end ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_CRASH_SUPERVISEDCRASH_H
#define REMOTERUN_EXECUTOR_CRASH_SUPERVISEDCRASH_H

#include "transport/Descriptor.h"

#include <cstdint>
#include <string_view>

namespace remoterun::executor {

/// The supervisor's side of the memory in which a guest that crashes leaves its
/// report, as the controller has it in the direct manner. It stays mapped until
/// the process ends.
class SupervisedCrash {
public:
  /// Makes the memory, and its file for the executor; neither where that cannot
  /// be, and a crash is told by its signal alone.
  void share(transport::Descriptor &File);

  /// Its part that is used: the count, and the records that it counts.
  std::string_view usedPart() const;

private:
  const uint8_t *Memory = nullptr;
};

} // namespace remoterun::executor

#endif
