//===- IsolatedTask.h - Work that may fail in any way -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_PROCESS_ISOLATEDTASK_H
#define REMOTERUN_CONTROLLER_PROCESS_ISOLATEDTASK_H

#include "wire/List.h"

#include <functional>
#include <optional>

namespace remoterun::controller {

struct IsolatedTask {
  /// Runs in a copy of this process that says nothing and leaves no core file,
  /// and puts its result into the bytes.
  std::function<void(ByteBuffer &)> Work;
  int PatienceMs = 10000;
  size_t LongestResult = 0; ///< In bytes.
};

/// The result of \p Task, if it came to its end in time. It may as well crash,
/// exit or hang. No other thread may have a lock that it needs.
std::optional<ByteBuffer> runIsolated(const IsolatedTask &Task);

} // namespace remoterun::controller

#endif
