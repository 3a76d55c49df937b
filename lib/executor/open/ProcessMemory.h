//===- ProcessMemory.h - Memory that may not be there -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_OPEN_PROCESSMEMORY_H
#define REMOTERUN_EXECUTOR_OPEN_PROCESSMEMORY_H

#include "remote-run/ExecutorAddr.h"

#include <cstdint>
#include <span>

namespace remoterun::executor {

/// Copies \p Into.size() bytes of this process's memory. False where some of
/// them cannot be read; nothing faults. Thread-safe.
bool readMemory(ExecutorAddr Start, std::span<uint8_t> Into);

/// The same for writing. If it fails, some may have been written.
bool writeMemory(ExecutorAddr Start, std::span<const uint8_t> Bytes);

} // namespace remoterun::executor

#endif
