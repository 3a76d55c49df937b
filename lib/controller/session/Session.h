//===- Session.h - The near side of a session -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One handshake to one running guest. The requests mirror PROTOCOL.md; only
// lookups and run wait for an answer, which makes two round trips whatever the
// program's size. Nothing that the executor sends is believed before it is
// checked.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_SESSION_SESSION_H
#define REMOTERUN_CONTROLLER_SESSION_SESSION_H

#include "controller/launch/ExecutorProcess.h"
#include "controller/session/FarBlocks.h"
#include "controller/session/FarMemory.h"
#include "controller/session/SessionTrace.h"
#include "remote-run/Failure.h"
#include "wire/Messages.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <sys/uio.h>

namespace remoterun::controller {

/// What Hello told, checked.
struct ExecutorFacts {
  std::string Triple;
  uint64_t ProcessId = 0; ///< As the executor sees itself.
  uint32_t PageSize = 0;
  ExecutorRange Slab;
  wire::ThreadLocalBlock ThreadLocals;
  ExecutorAddr Relocated, RelocatedResult; ///< See wire::Hello.
};

/// What the executor said of its processor (wire::Cpu).
struct CpuFacts {
  uint64_t Capabilities = 0;
  uint64_t MoreCapabilities = 0;
  std::string Platform;
  std::string Description;
};

/// Where an image has to go that could not be mapped (wire::Elsewhere).
struct OtherPlace {
  ExecutorRange Slab;
  bool TakesImages = false;
  std::string Reason;
};

/// What came of asking for shared memory. That there is none is no failure: the
/// program goes another way.
struct Sharing {
  std::shared_ptr<WindowMemory> Memory; ///< Null where there is none.
  std::string WhyNot;                   ///< Empty where there is some.
};

/// What a session has cost so far.
struct SessionStats {
  uint64_t FramesSent = 0;
  uint64_t FramesReceived = 0;
  uint64_t RoundTrips = 0;   ///< Waits for an answer, Hello not included.
  uint64_t BytesSent = 0;    ///< Headers included.
  uint64_t BytesShipped = 0; ///< Of sections, in Write frames.
  uint64_t BytesKept = 0;    ///< Not sent, since the far end had kept them.
  uint64_t BlocksStored = 0; ///< That it keeps from now on.
};

/// Not thread-safe but for stats(). The process must outlive the session.
class Session {
public:
  /// \p Trace gets a line per frame, with addresses relative to the slab; null
  /// for none.
  Session(ExecutorProcess &Process, std::FILE *Trace)
      : Process(Process), Trace(Trace) {}

  /// Waits for Hello and checks it.
  Expected<void> handshake();
  /// Has the executor start anew, in the same process, with a block of so many
  /// bytes; facts() are others then, and libraries have to be loaded again.
  Expected<void> restart(uint32_t ThreadLocals, uint32_t Alignment);
  const ExecutorFacts &facts() const { return Facts; }

  /// The shortest time in which a question was answered: what the way there and
  /// back takes, or a little more. Nothing before there was one.
  std::optional<std::chrono::microseconds> roundTrip() const {
    return ShortestTrip;
  }

  bool isForwarded() const { return Process.isForwarded(); }

  /// A question and its answer.
  Expected<CpuFacts> describeCpu();

  Expected<void> load(const wire::Load &Request);
  /// Sends the question; the answer may be awaited later.
  Expected<void> sendLookup(const wire::Lookup &Request);
  /// The answer to the last sendLookup: one for each symbol, in order, and
  /// indices of its spare names. Its texts live until the next message.
  Expected<wire::LookupReply> receiveLookupReply();
  /// Memory of so many bytes, whole pages, of which windows of an image can be,
  /// for so many late functions at most. Once, before reserve(), and again
  /// after restart().
  Expected<Sharing> share(const std::string &Name, uint64_t Size,
                          uint32_t Functions);
  /// What share() gave where there is no memory in common; null for nothing.
  FarMemory *farMemory() const { return Far.get(); }
  /// Once it is shared, and before run(): sends what was written to it.
  Expected<void> place(FarMemory &Memory);
  /// Windows only after share() that gave memory.
  Expected<void> reserve(const wire::Reserve &Request);
  /// From here on, what is sent is taken from what the far end has kept, and
  /// kept there. Only where the far end was told so when it was started.
  void keepBlocks() { Blocks.emplace(); }
  bool keepsBlocks() const { return Blocks.has_value(); }
  /// Bytes for consecutive addresses.
  struct Piece {
    ExecutorAddr Start;
    std::span<const iovec> Parts;
  };
  /// Sends the question whether it has kept \p Pieces; the answer may be
  /// awaited later.
  Expected<void> askKept(std::span<const Piece> Pieces);
  /// In place of write(), for all at once: what it has not kept.
  Expected<void> writeUnkept(std::span<const Piece> Pieces);
  /// The answer, where one is still to come.
  Expected<void> receiveKept();
  /// Has it keep what was written and placed; before finalize(), and again
  /// before run(). No answer is awaited before that of run().
  Expected<void> keepSent();
  /// Once it runs: why not all of that was kept; empty where it was.
  const std::string &whyNotKept() const { return WhyNotKept; }
  /// \p Parts are gathered to consecutive addresses from \p Start. Of their
  /// bytes, \p Padding are between sections.
  Expected<void> write(ExecutorAddr Start, std::span<const iovec> Parts,
                       uint64_t Padding = 0);
  Expected<void> finalize(const wire::Finalize &Request);
  Expected<void> interpose(const wire::Interpose &Request);
  /// Ends the protocol: after this the process is the guest; in the forwarded
  /// manner, ForwardedGuest goes on with the channel. Unless it is told another
  /// place, for the program to be reserved, written and run once more.
  Expected<std::optional<OtherPlace>> run(wire::Run Request);

  /// May be called on any thread.
  SessionStats stats() const {
    return {Counts.FramesSent,  Counts.FramesReceived, Counts.RoundTrips,
            Counts.BytesSent,   Counts.BytesShipped,   Counts.BytesKept,
            Counts.BlocksStored};
  }

private:
  Expected<void> receiveHello();
  template <typename MessageT>
  Expected<void> send(const MessageT &Message, const std::string &Detail);
  Expected<void> sendParts(wire::MessageType Type, std::span<const iovec> Parts,
                           const std::string &Detail);
  /// Waits for a frame of \p Type into Payload, which is at most \p Bound
  /// bytes. Failed from the executor becomes our failure.
  Expected<void> receive(wire::MessageType Type, uint64_t Bound);
  /// What is wrong with \p Reply as an answer to the last question.
  std::optional<std::string> problemOf(const wire::LookupReply &Reply) const;
  /// The same for one of \p Type or, of any size, \p Other.
  Expected<wire::MessageType> receiveEither(wire::MessageType Type,
                                            uint64_t Bound,
                                            wire::MessageType Other);
  Expected<OtherPlace> otherPlace();
  Expected<void> placeBytes(uint64_t Offset, std::span<const uint8_t> Bytes);
  // SessionBlocks.cpp
  Expected<void> ask(std::span<const FarBlocks::Block> Divided);
  Expected<void> settleBlocks(std::span<const FarBlocks::Block> Divided);
  template <typename SendT>
  Expected<void> sendUnkept(std::span<const FarBlocks::Block> Divided,
                            bool InSharedFile, SendT Send);
  Expected<void> placeUnkept(std::span<const FarMemory::Placed> All);
  Expected<void> receiveStored();
  Expected<std::shared_ptr<WindowMemory>>
  open(const wire::Shared &Answer, const std::string &Name, uint64_t Size);
  Failure lost(const transport::ChannelError &Error);
  Failure broken(const std::string &What) const;
  std::string hint() const;

  ExecutorProcess &Process;
  SessionTrace Trace;
  ExecutorFacts Facts;
  struct {
    std::atomic<uint64_t> FramesSent = 0, FramesReceived = 0, RoundTrips = 0;
    std::atomic<uint64_t> BytesSent = 0, BytesShipped = 0;
    std::atomic<uint64_t> BytesKept = 0, BlocksStored = 0;
  } Counts;
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> LastSent;
  std::optional<std::chrono::microseconds> ShortestTrip;
  ByteBuffer Payload;
  /// Taken once, for the guest.
  std::optional<wire::Run::Timer> Alarm;
  unsigned PlacesTold = 0;
  bool SentImage = false;
  size_t SymbolsAskedFor = 0;
  size_t SpareAskedFor = 0;
  bool AskedToLoad = true;
  bool IsGreeted = false;
  std::shared_ptr<FarMemory> Far;
  std::optional<FarBlocks> Blocks;
  unsigned StoresAwaited = 0;
  std::string WhyNotKept;
};

template <typename MessageT>
Expected<void> Session::send(const MessageT &Message,
                             const std::string &Detail) {
  ByteBuffer Encoded;
  wire::encode(Message, Encoded);
  if (Encoded.size() > wire::maxPayload(MessageT::Type))
    return Failure{Blame::Input,
                   std::string("the program is too large for one ") +
                       wire::messageName(MessageT::Type) + " message (" +
                       std::to_string(Encoded.size()) + " bytes)"};
  iovec Part = {Encoded.data(), Encoded.size()};
  return sendParts(MessageT::Type, {&Part, 1}, Detail);
}

} // namespace remoterun::controller

#endif
