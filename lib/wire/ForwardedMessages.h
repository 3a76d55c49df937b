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

#include "wire/Fields.h"

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
  /// The executor may keep blocks of the program, in this folder; empty for the
  /// user's own at the far end.
  bool KeepsBlocks = false;
  std::string_view BlockFolder;

  static void fields(auto &M, auto &Each) {
    Each(M.Version, M.Arguments, M.Environment, M.Directory, M.HasStream,
         M.ErrorIsOutput, M.Executes, M.WantsCrashReport, M.StackLimit,
         M.KeepsBlocks, M.BlockFolder);
  }
  Decoded<void> check() const;
};

/// Controller: bytes for the guest's standard input. None: end of file.
struct Input {
  static constexpr MessageType Type = MessageType::Input;
  std::span<const uint8_t> Bytes;

  static void fields(auto &M, auto &Each) { Each(M.Bytes); }
};

/// Controller: so many bytes of a stream have been passed on.
struct OutputCredit {
  static constexpr MessageType Type = MessageType::OutputCredit;
  Stream Which = Stream::Output;
  uint64_t Bytes = 0;

  static void fields(auto &M, auto &Each) { Each(M.Which, M.Bytes); }
  Decoded<void> check() const;
};

/// Controller: nobody reads this stream any more (SIGPIPE for who writes).
struct CloseOutput {
  static constexpr MessageType Type = MessageType::CloseOutput;
  Stream Which = Stream::Output;

  static void fields(auto &M, auto &Each) { Each(M.Which); }
  Decoded<void> check() const;
};

/// Controller: a signal for the guest, or for its process group.
struct Signal {
  static constexpr MessageType Type = MessageType::Signal;
  uint32_t Number = 0; ///< As Linux numbers them.
  bool ToGroup = false;

  static void fields(auto &M, auto &Each) { Each(M.Number, M.ToGroup); }
  Decoded<void> check() const;
};

/// Executor: bytes that the guest wrote.
struct Output {
  static constexpr MessageType Type = MessageType::Output;
  Stream Which = Stream::Output;
  std::span<const uint8_t> Bytes;

  static void fields(auto &M, auto &Each) { Each(M.Which, M.Bytes); }
  Decoded<void> check() const;
};

/// Executor: so many bytes of standard input have been passed on.
struct InputCredit {
  static constexpr MessageType Type = MessageType::InputCredit;
  uint64_t Bytes = 0;

  static void fields(auto &M, auto &Each) { Each(M.Bytes); }
};

/// Executor: nobody reads standard input any more.
struct InputClosed {
  static constexpr MessageType Type = MessageType::InputClosed;

  static void fields(auto &, auto &) {}
};

/// Executor: the guest has been stopped by this signal.
struct Stopped {
  static constexpr MessageType Type = MessageType::Stopped;
  uint32_t Signal = 0;

  static void fields(auto &M, auto &Each) { Each(M.Signal); }
  Decoded<void> check() const;
};

/// Controller: what is left of the guest's process group when it ends has to
/// end, too.
struct EndGroup {
  static constexpr MessageType Type = MessageType::EndGroup;

  static void fields(auto &, auto &) {}
};

/// Executor, to each Signal: it has been sent, if there was still a guest.
struct SignalSent {
  static constexpr MessageType Type = MessageType::SignalSent;

  static void fields(auto &, auto &) {}
};

/// Controller: words of the shared file, by which the program finds what was
/// placed before. They are written in this order, each at once; then who waits
/// for functions looks again.
struct Publish {
  static constexpr MessageType Type = MessageType::Publish;
  struct Word {
    uint64_t Offset = 0; ///< In the file; a multiple of 8.
    uint64_t Value = 0;

    static void fields(auto &M, auto &Each) { Each(M.Offset, M.Value); }
  };
  List<Word> Words;

  static void fields(auto &M, auto &Each) { Each(M.Words); }
  Decoded<void> check() const;
};

/// Executor: late functions that the program has called, each told once.
struct Wanted {
  static constexpr MessageType Type = MessageType::Wanted;
  static constexpr size_t Most = (64 << 10) / sizeof(uint32_t) - 1;
  List<uint32_t> Functions; ///< By their numbers.

  static void fields(auto &M, auto &Each) { Each(M.Functions); }
  Decoded<void> check() const;
};

/// Executor, last: the guest has ended, and all that it wrote has been sent.
struct Ended {
  static constexpr MessageType Type = MessageType::Ended;
  bool Signaled = false;
  uint32_t Code = 0; ///< The exit status, or the signal.
  bool DumpedCore = false;
  uint64_t UserUs = 0; ///< Processor time, of the children it waited for too.
  uint64_t SystemUs = 0;
  uint64_t PeakKiB = 0; ///< The largest resident set.
  /// It has left processes that may call what is not there yet: this goes on
  /// for them.
  bool LeavesCallers = false;
  std::string_view CrashMemory = {}; ///< What of it is used; empty for none.

  static void fields(auto &M, auto &Each) {
    Each(M.Signaled, M.Code, M.DumpedCore, M.UserUs, M.SystemUs, M.PeakKiB,
         M.LeavesCallers, M.CrashMemory);
  }
  Decoded<void> check() const;
};

} // namespace remoterun::wire

#endif
