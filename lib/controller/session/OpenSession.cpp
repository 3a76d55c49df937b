//===- OpenSession.cpp - The near side of an open session -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/session/OpenSession.h"
#include "controller/base/Printable.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <poll.h>

namespace remoterun::controller {

using transport::ChannelError;
using wire::MessageType;

Failure OpenSession::broken(const std::string &What) const {
  return {Blame::Protocol, "protocol error: " + Peer.name() + " sent " + What};
}

Failure OpenSession::lost(const ChannelError &Error) const {
  switch (Error.What) {
  case ChannelError::Kind::Malformed:
    return broken(Error.Why);
  case ChannelError::Kind::TimedOut:
    return {.Whose = Blame::Executor,
            .Message = Peer.name() + " stopped in the middle of a message",
            .Ending = CallEnd::Lost};
  case ChannelError::Kind::System:
    return {Blame::Internal,
            "cannot talk to " + Peer.name() + ": " + strerror(Error.Errno)};
  case ChannelError::Kind::Hangup:
    break;
  }
  return {.Whose = Blame::Executor,
          .Message = Peer.name() + " hung up",
          .Ending = CallEnd::Lost};
}

//===----------------------------------------------------------------------===//
// Frames
//===----------------------------------------------------------------------===//

Expected<void> OpenSession::sendParts(MessageType Type,
                                      std::span<const iovec> Parts) {
  std::lock_guard Only(Sending);
  auto Sent = Peer.channel().send(Type, Parts);
  return Sent ? Expected<void>() : lost(Sent.error());
}

/// A frame that has begun to arrive is read to its end, within the channel's
/// patience. An empty failure means that nothing has come until the deadline.
Expected<OpenSession::Frame> OpenSession::receive(Deadline Until) {
  pollfd Poll[] = {{Peer.channel().input(), POLLIN, 0},
                   {Waking.Reader.get(), POLLIN, 0}};
  for (;;) {
    int Wait = -1;
    if (Until) {
      auto Left =
          std::chrono::ceil<std::chrono::milliseconds>(*Until - Clock::now());
      constexpr int64_t Longest = 1 << 30;
      Wait = static_cast<int>(std::clamp<int64_t>(Left.count(), 0, Longest));
    }
    int Count = ::poll(Poll, std::size(Poll), Wait);
    if (Count > 0 && Poll[1].revents)
      return Failure{Blame::Usage, "the session is over"};
    if (Count > 0)
      break;
    if (Count == 0 && Clock::now() >= *Until)
      return Failure{Blame::Guest, ""};
    if (Count < 0 && errno != EINTR)
      return lost({ChannelError::Kind::System, errno, ""});
  }
  auto Header = Peer.channel().receiveHeader();
  if (!Header)
    return lost(Header.error());
  if (Header->PayloadSize > longest(Header->Type))
    return broken(std::string("a ") + wire::messageName(Header->Type) +
                  " that is too long");
  Frame Arrived;
  Arrived.Type = Header->Type;
  Arrived.Payload.resize(Header->PayloadSize);
  if (auto Read = Peer.channel().receivePayload(Arrived.Payload.span()); !Read)
    return lost(Read.error());
  if (Arrived.Type == MessageType::Dying)
    return died(Arrived);
  if (Arrived.Type != MessageType::Failed)
    return Arrived;
  auto Said = wire::decode<wire::Failed>(Arrived.Payload.span());
  if (!Said)
    return broken(Said.error().Why);
  return Failure{Blame::Executor, printable(Said->Reason)};
}

Failure OpenSession::died(const Frame &Its) {
  auto Said = wire::decode<wire::Dying>(Its.Payload.span());
  if (!Said)
    return broken(Said.error().Why);
  std::lock_guard Only(Guard);
  LastWords.assign(Said->Report.begin(), Said->Report.end());
  return lost({ChannelError::Kind::Hangup, 0, ""});
}

OpenSession::Bytes OpenSession::lastWords() {
  std::lock_guard Only(Guard);
  return LastWords;
}

/// Of what anybody waits for, or of what is small whoever sends it.
uint64_t OpenSession::longest(MessageType Type) {
  constexpr uint64_t Small = 128 * 1024;
  std::lock_guard Only(Guard);
  if (Asked && Asked->Answer == Type)
    return Asked->Longest;
  if (Type != MessageType::Returned || Expecting.empty())
    return Small;
  constexpr uint64_t Before = 9; // The call's number, and whether it crashed.
  uint64_t Most = wire::CrashMemorySize;
  for (const auto &[Call, ResultSize] : Expecting)
    Most = std::max<uint64_t>(Most, ResultSize);
  return Before + Most;
}

void OpenSession::beginQuestion(Question Its) {
  std::lock_guard Only(Guard);
  Asked = Its;
}

/// Notes what came, for who waits for it. With Guard locked.
Expected<void> OpenSession::file(Frame Arrived) {
  if (Arrived.Type != MessageType::Returned) {
    // Nobody would ever take it.
    if (!Asked)
      return broken(std::string(wire::messageName(Arrived.Type)) +
                    ", which nobody has asked for");
    Asked.reset();
    Answers.push_back(std::move(Arrived));
    return {};
  }
  auto Message = wire::decode<wire::Returned>(Arrived.Payload.span());
  if (!Message)
    return broken(Message.error().Why);
  if (Expecting.erase(Message->Number) == 0)
    return broken("the result of a call that there is not");
  if (Forgotten.erase(Message->Number) == 0)
    Returned[Message->Number] = {
        Message->HasCrashed, {Message->Result.begin(), Message->Result.end()}};
  return {};
}

Expected<bool> OpenSession::advance(std::unique_lock<std::mutex> &Lock,
                                    Deadline Until) {
  if (Over)
    return *Over;
  if (IsReading) {
    if (!Until)
      HasArrived.wait(Lock);
    else if (HasArrived.wait_until(Lock, *Until) == std::cv_status::timeout)
      return false;
    return true;
  }
  IsReading = true;
  Lock.unlock();
  auto Arrived = receive(Until);
  Lock.lock();
  IsReading = false;
  bool IsLate = !Arrived && Arrived.error().Message.empty();
  Expected<void> Filed =
      !Arrived ? Expected<void>() : file(std::move(*Arrived));
  if (!Arrived && !IsLate)
    giveUp(Arrived.error());
  else if (!Filed)
    giveUp(Filed.error());
  HasArrived.notify_all();
  if (Over)
    return *Over;
  return !IsLate;
}

void OpenSession::giveUp(Failure Why) {
  if (!Over)
    Over = std::move(Why);
  HasArrived.notify_all();
  Waking.Writer.close();
}

/// With calls that nobody waits for, somebody has to read: the executor may be
/// waiting until its answers are taken before it takes requests.
void OpenSession::readForAll() {
  std::unique_lock Lock(Guard);
  while (!Over)
    (void)!advance(Lock, std::nullopt);
}

bool OpenSession::isOver() {
  std::lock_guard Only(Guard);
  return Over.has_value();
}

Expected<ByteBuffer> OpenSession::awaitAnswer(MessageType Type) {
  std::unique_lock Lock(Guard);
  const Deadline Until = deadline();
  while (Answers.empty()) {
    auto Advanced = advance(Lock, Until);
    if (!Advanced)
      return Advanced.error();
    if (*Advanced || !Answers.empty())
      continue;
    // What would come now would be taken for the answer to something else.
    giveUp({.Whose = Blame::Executor,
            .Message = Peer.name() + " has not answered in " +
                       std::to_string(Patience->count()) + " ms",
            .Ending = CallEnd::TimeLimit});
    return *Over;
  }
  Frame First = std::move(Answers.front());
  Answers.pop_front();
  if (First.Type != Type) {
    giveUp(broken(std::string(wire::messageName(First.Type)) + " in place of " +
                  wire::messageName(Type)));
    return *Over;
  }
  return std::move(First.Payload);
}

} // namespace remoterun::controller
