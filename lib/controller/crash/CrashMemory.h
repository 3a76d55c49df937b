//===- CrashMemory.h - Memory shared with the guest -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_CRASH_CRASHMEMORY_H
#define REMOTERUN_CONTROLLER_CRASH_CRASHMEMORY_H

#include "transport/Descriptor.h"
#include "wire/CrashReport.h"

#include <cstdint>
#include <optional>
#include <span>

namespace remoterun::controller {

/// Where a dying guest leaves its report (PROTOCOL.md, "Crash reports").
class CrashMemory {
public:
  /// Makes the memory, and the file of it that the executor shall inherit.
  /// Where the system has none to give, both stay empty.
  static CrashMemory make(transport::Descriptor &File);

  CrashMemory() = default;
  CrashMemory(CrashMemory &&Other) noexcept
      : Memory(std::exchange(Other.Memory, nullptr)) {}
  CrashMemory &operator=(CrashMemory &&Other) noexcept {
    std::swap(Memory, Other.Memory);
    return *this;
  }
  ~CrashMemory();

  /// In place of a file, for a guest that has no memory of ours: what it wrote
  /// to its own.
  void fill(std::string_view Contents);

  /// What the guest wrote, if it wrote a report of \p Signal that follows the
  /// rules. To be called when the guest has ended. The report's strings are
  /// views of \p Copy.
  std::optional<wire::CrashReport> read(int Signal, ByteBuffer &Copy) const;

private:
  void *Memory = nullptr;
};

} // namespace remoterun::controller

#endif
