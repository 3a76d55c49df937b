//===- OpenSession.h - The near side of an open session ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Modules are added, called and removed (PROTOCOL.md, section 13), by any
// thread. Whoever waits for an answer reads, for all who wait, until his own is
// there. Nothing that the executor sends is believed before it is checked.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_SESSION_OPENSESSION_H
#define REMOTERUN_CONTROLLER_SESSION_OPENSESSION_H

#include "controller/launch/PeerProcess.h"
#include "controller/session/Session.h"
#include "remote-run/Failure.h"
#include "wire/OpenMessages.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <sys/uio.h>
#include <thread>
#include <vector>

namespace remoterun::controller {

/// Thread-safe, unless it says otherwise.
class OpenSession {
public:
  using Clock = std::chrono::steady_clock;
  /// When to give up; nothing for never.
  using Deadline = std::optional<Clock::time_point>;
  using Bytes = std::vector<uint8_t>;

  /// Waits for Hello, for \p Patience at most, checks it, and opens.
  static Expected<std::unique_ptr<OpenSession>>
  open(PeerProcess Peer, std::chrono::milliseconds Patience);
  OpenSession(const OpenSession &) = delete;
  OpenSession &operator=(const OpenSession &) = delete;
  /// Nobody may be waiting for an answer any more.
  ~OpenSession();

  /// How long to wait for answers, other than those of calls; nothing for ever.
  /// Behind a call, or a constructor, all others wait. A session whose answer
  /// does not come in that time is over. To be called first.
  void setPatience(std::optional<std::chrono::milliseconds> Wanted) {
    Patience = Wanted;
  }
  /// When that will be over.
  Deadline deadline() const {
    return Patience ? Deadline(Clock::now() + *Patience) : Deadline();
  }

  const ExecutorFacts &facts() const { return Facts; }
  uint32_t threads() const { return Threads; }
  PeerProcess &peer() { return Peer; }

  struct Address {
    wire::SymbolKind Kind = wire::SymbolKind::Missing;
    ExecutorAddr Value;
    uint64_t Size = 0;
    uint8_t DataAlignment = 0;
  };
  /// One for each of \p Request's symbols, which wants all loaded.
  Expected<std::vector<Address>> lookup(const wire::Lookup &Request);
  Expected<void> load(const wire::Load &Request);

  /// How starting a module ended.
  struct Start {
    wire::ModuleStarted::Outcome State = wire::ModuleStarted::Outcome::Started;
    std::string Reason;
    Bytes Report;
  };
  struct Piece {
    ExecutorAddr Start;
    std::span<const iovec> Parts;
  };
  /// Sends the three parts of a module, and waits for what comes of it.
  Expected<Start> add(const wire::AddModule &Module,
                      std::span<const Piece> Contents,
                      const wire::StartModule &Request);
  /// False where it is busy.
  Expected<bool> remove(uint32_t Module, bool Waits);

  /// The answer to a call: its result, or a crash's report.
  struct Answer {
    bool HasCrashed = false;
    Bytes Result;
  };
  /// Sends a call, of which await() gets the answer.
  Expected<uint64_t> beginCall(wire::Call Request);
  Expected<Answer> await(uint64_t Call, Deadline Until);
  /// Whether the answer is there.
  bool isReady(uint64_t Call);
  /// Nobody will await it.
  void forget(uint64_t Call);

  /// Nothing where some of it cannot be read.
  Expected<std::optional<Bytes>> read(ExecutorRange Range);
  /// False where some of it cannot be written.
  Expected<bool> write(ExecutorAddr Start, std::span<const uint8_t> What);

  /// The report of a crash that the process has died of, if it has sent one.
  Bytes lastWords();
  /// How the process ended, if we started one and it does in that time.
  std::optional<WaitStatus> waitForEnd(int Milliseconds);
  /// No message gets through any more.
  bool isOver();
  /// Has all who wait for something fail, and kills whom we have launched.
  void endNow();

private:
  OpenSession(PeerProcess Peer) : Peer(std::move(Peer)) {}

  struct Frame {
    wire::MessageType Type;
    ByteBuffer Payload;
  };

  /// The answer that somebody waits for.
  struct Question {
    wire::MessageType Answer;
    uint64_t Longest; ///< Bytes that it can have.
  };

  Expected<void> greet(std::chrono::milliseconds Patience);
  Expected<Frame> receive(Deadline Until);
  template <typename MessageT> Expected<void> send(const MessageT &Message);
  Expected<void> sendParts(wire::MessageType Type,
                           std::span<const iovec> Parts);
  /// Sends a question, one at a time, and returns the payload of its answer.
  template <typename MessageT>
  Expected<ByteBuffer> ask(const MessageT &Request, wire::MessageType Answer,
                           uint64_t Longest = UINT64_MAX);
  void beginQuestion(Question Its);
  Expected<ByteBuffer> awaitAnswer(wire::MessageType Type);
  uint64_t longest(wire::MessageType Type);
  /// Reads one frame for all, or waits until another thread has. With Guard
  /// locked. False at the deadline.
  Expected<bool> advance(std::unique_lock<std::mutex> &Lock, Deadline Until);
  Expected<void> file(Frame Arrived);
  void readForAll();
  /// Has all who wait for something fail, who reads among them. What was the
  /// first reason stays it. With Guard locked.
  void giveUp(Failure Why);
  Failure broken(const std::string &What) const;
  /// Notes last words.
  Failure died(const Frame &Its);
  Failure lost(const transport::ChannelError &Error) const;

  PeerProcess Peer;
  transport::Pipe Waking; ///< Its end wakes who reads.
  ExecutorFacts Facts;
  uint32_t Threads = 0;
  std::optional<std::chrono::milliseconds> Patience;

  std::mutex Asking;  ///< Held from a question, not a call, to its answer.
  std::mutex Sending; ///< Held for a frame.
  std::mutex Ending;  ///< Held by who waits for the process, or kills it.
  std::mutex Guard;
  std::condition_variable HasArrived;
  // Under Guard.
  bool IsReading = false; ///< Some thread does, for all.
  std::optional<Failure> Over;
  Bytes LastWords;
  std::optional<Question> Asked; ///< Until its answer is in Answers.
  std::deque<Frame> Answers;
  std::map<uint64_t, Answer> Returned;
  /// Calls that are under way, and how long their results are.
  std::map<uint64_t, uint32_t> Expecting;
  std::set<uint64_t> Forgotten; ///< And of those, nobody's.
  uint64_t LastCall = 0;
  std::thread Reader; ///< From the first call that nobody waits for at once.
};

template <typename MessageT>
Expected<void> OpenSession::send(const MessageT &Message) {
  ByteBuffer Encoded;
  wire::encode(Message, Encoded);
  if (Encoded.size() > wire::maxPayload(MessageT::Type))
    return Failure{Blame::Usage,
                   std::string("too much for one ") +
                       wire::messageName(MessageT::Type) + " message (" +
                       std::to_string(Encoded.size()) + " bytes)"};
  iovec Part = {Encoded.data(), Encoded.size()};
  return sendParts(MessageT::Type, {&Part, 1});
}

template <typename MessageT>
Expected<ByteBuffer> OpenSession::ask(const MessageT &Request,
                                      wire::MessageType Answer,
                                      uint64_t Longest) {
  std::lock_guard Only(Asking);
  beginQuestion({Answer, Longest});
  if (auto Sent = send(Request); !Sent) {
    // Why it hung up may have been said before.
    auto Said = awaitAnswer(Answer);
    return Said ? Sent.error() : Said.error();
  }
  return awaitAnswer(Answer);
}

} // namespace remoterun::controller

#endif
