//===- OutputSink.h - Where forwarded output goes ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_TERMINAL_OUTPUTSINK_H
#define REMOTERUN_CONTROLLER_TERMINAL_OUTPUTSINK_H

#include "transport/ByteQueue.h"
#include "transport/Descriptor.h"

#include <cstdint>

namespace remoterun::controller {

/// One of our own standard streams, to be written without waiting, and without
/// O_NONBLOCK on an open file that others have too. Not thread-safe.
class OutputSink {
public:
  /// \p Number stays open.
  explicit OutputSink(int Number);

  void append(std::span<const uint8_t> Bytes) { Pending.append(Bytes); }
  size_t pending() const { return Pending.size(); }
  /// What to poll for POLLOUT while something is pending.
  int descriptor() const { return Own.isOpen() ? Own.get() : Number; }

  /// Writes what there is room for; returns how many bytes.
  uint64_t flush();
  /// Why it takes no more, an errno value, EPIPE for a reader that is gone; 0
  /// as long as it does. What was pending is dropped.
  int error() const { return Error; }

private:
  int Number;
  transport::Descriptor Own; ///< The same pipe or terminal, non-blocking.
  enum class Kind {
    Own,
    Socket,
    File,   ///< Never makes one wait for long.
    Shared, ///< May: it takes few bytes, and only when poll(2) says so.
  } What = Kind::Shared;
  transport::ByteQueue Pending;
  int Error = 0;
};

} // namespace remoterun::controller

#endif
