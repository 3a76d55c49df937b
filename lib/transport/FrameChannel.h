//===- FrameChannel.h - Whole frames over file descriptors ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Moves frames through a pair of descriptors and hides what POSIX makes of
// that: short reads and writes, EINTR, SIGPIPE, a peer that stopped moving. It
// does not know what a message means.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TRANSPORT_FRAMECHANNEL_H
#define REMOTERUN_TRANSPORT_FRAMECHANNEL_H

#include "transport/Descriptor.h"
#include "wire/Frame.h"
#include "wire/List.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <sys/uio.h>
#include <utility>

namespace remoterun::transport {

/// Why a frame could not be moved. After any error the channel is unusable.
struct ChannelError {
  enum class Kind {
    Hangup,    ///< End of file, or EPIPE, between two frames or inside one.
    TimedOut,  ///< It took longer than the channel's patience allows.
    System,    ///< A system call failed, see Errno.
    Malformed, ///< The peer broke a rule, see Why.
  };
  Kind What = Kind::Hangup;
  int Errno = 0;
  const char *Why = "";
};

template <typename T> using Transferred = Result<T, ChannelError>;

/// One end of a session. Not thread-safe. Never raises SIGPIPE, and changes
/// neither signal dispositions nor the signal mask for longer than a call.
class FrameChannel {
public:
  enum class Side { Controller, Executor };

  /// The slowest peer that is still waited for, in bytes a second.
  static constexpr uint64_t SlowestPeer = 8 << 10;

  /// \p PatienceMs is how long a header, and then a payload, may take to arrive
  /// as a whole, and how long a write waits for the next byte to move. Large
  /// writes take their time: a whole one has that of SlowestPeer besides. A
  /// negative patience is for ever. With patience the descriptors become
  /// non-blocking.
  FrameChannel(Descriptor In, Descriptor Out, Side Self, int PatienceMs);

  /// Waits for a frame's header and checks it. Its payload must be read next.
  Transferred<wire::FrameHeader> receiveHeader();
  /// Reads exactly \p Into.size() bytes of payload.
  Transferred<void> receivePayload(std::span<uint8_t> Into);

  /// Sends one frame, its payload gathered from \p Parts in order.
  Transferred<void> send(wire::MessageType Type, std::span<const iovec> Parts);
  Transferred<void> send(wire::MessageType Type,
                         std::span<const uint8_t> Payload);

  template <typename MessageT> Transferred<void> send(const MessageT &Message) {
    ByteBuffer Encoded;
    encode(Message, Encoded);
    return send(MessageT::Type, Encoded.span());
  }

  /// For a process that is about to die: sends a frame, or as much of it as can
  /// be sent in so many milliseconds. Takes no memory, and is
  /// async-signal-safe. The descriptor becomes non-blocking.
  Transferred<void> sendLast(wire::MessageType Type,
                             std::span<const uint8_t> Payload, int PatienceMs);

  /// Sends bytes that are no frame, for what stands before the protocol.
  Transferred<void> sendText(std::string_view Text);

  /// For poll(2).
  int input() const { return In.get(); }

  /// Hangs up.
  void close();
  /// Hands the descriptors, in and out, to who goes on with them. Between two
  /// frames, nothing that has arrived is lost.
  std::pair<Descriptor, Descriptor> release();

private:
  enum class Ready { Read, Write };
  /// Waits until \p Deadline, in milliseconds of the monotonic clock.
  Transferred<void> await(Ready For, int64_t Deadline, int PatienceMs) const;
  Transferred<void> readAll(std::span<uint8_t> Into);
  /// By \p Deadline as a whole.
  Transferred<void> writeAll(std::span<iovec> Parts, int PatienceMs,
                             int64_t Deadline) const;

  Descriptor In;
  Descriptor Out;
  Side Self;
  int PatienceMs;
};

} // namespace remoterun::transport

#endif
