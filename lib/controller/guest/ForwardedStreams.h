//===- ForwardedStreams.h - Standard streams as messages --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A guest that is elsewhere reads our standard input, and what it writes comes
// out of our standard output and error. Each side sends as much as the other
// has given it credit for ("Streams" of PROTOCOL.md), so that what nobody reads
// waits at the guest.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_GUEST_FORWARDEDSTREAMS_H
#define REMOTERUN_CONTROLLER_GUEST_FORWARDEDSTREAMS_H

#include "controller/terminal/OutputSink.h"
#include "remote-run/Failure.h"
#include "transport/FrameStream.h"
#include "wire/ForwardedMessages.h"

#include <optional>
#include <span>

struct pollfd;

namespace remoterun::controller {

/// Not thread-safe. Raises no SIGPIPE and no SIGXFSZ.
class ForwardedStreams {
public:
  ForwardedStreams();

  /// What a message of the far end asks for. The rule that it breaks, as an
  /// object of "sent"; null if none.
  [[nodiscard]] const char *take(const wire::Output &Message);
  [[nodiscard]] const char *take(const wire::InputCredit &Message);
  /// Nobody reads standard input any more.
  void closeInput() { HasInput = false; }

  /// Writes to standard output and error what there is room for, and tells
  /// \p Far of it; null where that is not told any more.
  void writeOutput(transport::FrameStream *Far);
  bool isAllWritten() const;
  /// Why output could not be written. A reader that has gone is none.
  std::optional<Failure> failure() const;

  /// Sends \p Far what there is of standard input, where it may.
  void readInput(transport::FrameStream &Far);

  /// Puts what to wait for into \p Into, which has room for MostPolled, and
  /// returns how much that is. Of input, where there is \p Far.
  static constexpr size_t MostPolled = 3;
  size_t poll(std::span<pollfd> Into, const transport::FrameStream *Far) const;

private:
  struct Outlet {
    OutputSink Sink;
    wire::Stream Which;
    uint64_t Written = 0;   ///< Since the last credit.
    bool WasClosed = false; ///< The far end knows that it takes no more.
  };

  bool wantsInput(const transport::FrameStream &Far) const;

  Outlet Outlets[2];
  uint64_t InputCredit = wire::StreamWindow;
  bool HasInput;
};

} // namespace remoterun::controller

#endif
