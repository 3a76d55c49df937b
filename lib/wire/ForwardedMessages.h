//===- ForwardedMessages.h - Messages of the forwarded manner ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a launcher passes neither descriptors nor wait statuses through, a
// supervisor at the far end starts the executor, and carries the guest's
// standard streams and its end as messages (PROTOCOL.md, section 12). As in
// Messages.h, strings and bytes of a decoded message are views.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_FORWARDEDMESSAGES_H
#define REMOTERUN_WIRE_FORWARDEDMESSAGES_H

#include "wire/Frame.h"
#include "wire/List.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace remoterun::wire {

/// The guest's standard streams, by their descriptors.
enum class Stream : uint8_t { Input = 0, Output = 1, Error = 2 };

/// How many bytes of a stream may be under way: what a sender may send before
/// it is granted more.
inline constexpr uint64_t StreamWindow = 4 << 20;
/// Of one Input or Output.
inline constexpr size_t LargestStreamPart = 64 << 10;

/// Controller, first: what the supervisor shall start.
struct Start {
  static constexpr MessageType Type = MessageType::Start;
  uint32_t Version = ProtocolVersion;
  List<std::string_view> Arguments; ///< argv; at least argv[0].
  /// "NAME=VALUE", in place of what the far end has under these names.
  List<std::string_view> Environment;
  std::string_view Directory;             ///< To start in; empty for no other.
  bool HasStream[3] = {true, true, true}; ///< By Stream; others are closed.
  /// Standard error is the same open file as standard output, so that what the
  /// guest writes to both stays in order.
  bool ErrorIsOutput = false;
  /// Execute the executor's file again, so that the guest's process is started
  /// with its own arguments and environment. Not under an emulator.
  bool Executes = true;
  bool WantsCrashReport = true;
  /// The soft limit on the stack to start with (RLIMIT_STACK); 2^64-1 for what
  /// the far end has.
  uint64_t StackLimit = UINT64_MAX;
};

/// Controller: bytes for the guest's standard input. None: end of file.
struct Input {
  static constexpr MessageType Type = MessageType::Input;
  std::span<const uint8_t> Bytes;
};

/// Controller: so many bytes of a stream have been passed on.
struct OutputCredit {
  static constexpr MessageType Type = MessageType::OutputCredit;
  Stream Which = Stream::Output;
  uint64_t Bytes = 0;
};

/// Controller: nobody reads this stream any more (SIGPIPE for who writes).
struct CloseOutput {
  static constexpr MessageType Type = MessageType::CloseOutput;
  Stream Which = Stream::Output;
};

/// Controller: a signal for the guest, or for its process group.
struct Signal {
  static constexpr MessageType Type = MessageType::Signal;
  uint32_t Number = 0; ///< As Linux numbers them.
  bool ToGroup = false;
};

/// Executor: bytes that the guest wrote.
struct Output {
  static constexpr MessageType Type = MessageType::Output;
  Stream Which = Stream::Output;
  std::span<const uint8_t> Bytes;
};

/// Executor: so many bytes of standard input have been passed on.
struct InputCredit {
  static constexpr MessageType Type = MessageType::InputCredit;
  uint64_t Bytes = 0;
};

/// Executor: nobody reads standard input any more.
struct InputClosed {
  static constexpr MessageType Type = MessageType::InputClosed;
};

/// Executor: the guest has been stopped by this signal.
struct Stopped {
  static constexpr MessageType Type = MessageType::Stopped;
  uint32_t Signal = 0;
};

/// Controller: what is left of the guest's process group when it ends has to
/// end, too.
struct EndGroup {
  static constexpr MessageType Type = MessageType::EndGroup;
};

/// Executor, to each Signal: it has been sent, if there was still a guest.
struct SignalSent {
  static constexpr MessageType Type = MessageType::SignalSent;
};

/// Executor, last: the guest has ended, and all that it wrote has been sent.
struct Ended {
  static constexpr MessageType Type = MessageType::Ended;
  bool Signaled = false;
  uint32_t Code = 0; ///< The exit status, or the signal.
  bool DumpedCore = false;
  uint64_t UserUs = 0; ///< Processor time, of the children it waited for too.
  uint64_t SystemUs = 0;
  uint64_t PeakKiB = 0;              ///< The largest resident set.
  std::string_view CrashMemory = {}; ///< What of it is used; empty for none.
};

void encode(const Start &Message, ByteBuffer &Out);
void encode(const Input &Message, ByteBuffer &Out);
void encode(const OutputCredit &Message, ByteBuffer &Out);
void encode(const CloseOutput &Message, ByteBuffer &Out);
void encode(const Signal &Message, ByteBuffer &Out);
void encode(const Output &Message, ByteBuffer &Out);
void encode(const InputCredit &Message, ByteBuffer &Out);
void encode(const InputClosed &Message, ByteBuffer &Out);
void encode(const Stopped &Message, ByteBuffer &Out);
void encode(const EndGroup &Message, ByteBuffer &Out);
void encode(const SignalSent &Message, ByteBuffer &Out);
void encode(const Ended &Message, ByteBuffer &Out);

/// The version alone, which stands first in the Start of every version.
Decoded<uint32_t> decodeStartVersion(std::span<const uint8_t> Payload);

template <typename MessageT>
Decoded<MessageT> decode(std::span<const uint8_t> Payload);

} // namespace remoterun::wire

#endif
