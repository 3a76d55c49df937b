//===- StreamRelay.h - The guest's standard streams as messages -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SUPERVISOR_STREAMRELAY_H
#define REMOTERUN_EXECUTOR_SUPERVISOR_STREAMRELAY_H

#include "executor/supervisor/LateFunctions.h"
#include "transport/FrameStream.h"
#include "wire/ForwardedMessages.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/types.h>

namespace remoterun::executor {

/// The supervisor's ends of the pipes that are the guest's standard streams;
/// not open where the guest has none.
struct StreamEnds {
  transport::Descriptor Input;
  transport::Descriptor Output;
  transport::Descriptor Error;
};

/// Between a guest that is a child of ours and the controller, from Running to
/// Ended (PROTOCOL.md, section 12). SIGCHLD must be blocked, and have a
/// handler.
class StreamRelay {
public:
  /// \p InheritedMask: the signals to block while it waits; never SIGCHLD.
  /// \p Late is watched, or null.
  StreamRelay(transport::FrameChannel &Channel, StreamEnds Guest, pid_t Pid,
              const sigset_t &InheritedMask, LateFunctions *Late);

  /// Returns when the guest has ended and all that it wrote has been sent, and
  /// has reaped it. False if the controller was lost; the guest may run then.
  bool run();
  /// And it is reaped: its number is nobody's, or somebody else's.
  bool hasGuestEnded() const { return HasEnded; }

  int rawStatus() const { return RawStatus; }
  const rusage &usage() const { return Usage; }
  /// Sends \p Message, and waits until it is gone.
  void finish(const wire::Ended &Message);
  /// After that: serves processes that the guest has left behind, until they
  /// are gone, or the controller is.
  void serveCallers();

private:
  struct Source {
    transport::Descriptor Pipe;
    wire::Stream Which;
    uint64_t Credit = wire::StreamWindow;
    /// Of what the guest has written, when it has ended.
    uint64_t Left = UINT64_MAX;
  };

  /// False if the controller was lost.
  bool await();
  bool receive();
  bool handle(const transport::FrameStream::Frame &Frame);
  void collect(Source &From);
  void noteEnd();
  void feed();
  void reap();
  void tellWanted();
  bool hasAllBeenSent() const;
  Source &source(wire::Stream Which);

  transport::FrameStream Controller;
  Source Outputs[2];
  transport::Descriptor GuestInput;
  transport::ByteQueue Pending; ///< For GuestInput.
  bool InputEnds = false;       ///< After what is pending.
  uint64_t Consumed = 0;        ///< Of standard input, since the last credit.
  pid_t Guest;
  sigset_t MaskOfWaits;
  LateFunctions *Late;
  bool GroupEnds = false; ///< With the guest.
  bool HasEnded = false;
  int RawStatus = 0;
  rusage Usage = {};
};

} // namespace remoterun::executor

#endif
