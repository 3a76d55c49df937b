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
            .How = CallEnd::Lost};
  case ChannelError::Kind::System:
    return {Blame::Internal,
            "cannot talk to " + Peer.name() + ": " + strerror(Error.Errno)};
  case ChannelError::Kind::Hangup:
    break;
  }
  return {.Whose = Blame::Executor,
          .Message = Peer.name() + " hung up",
          .How = CallEnd::Lost};
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
  Frame Arrived;
  Arrived.Type = Header->Type;
  Arrived.Payload.resize(Header->PayloadSize);
  if (auto Read = Peer.channel().receivePayload(Arrived.Payload.span()); !Read)
    return lost(Read.error());
  if (Arrived.Type != MessageType::Failed)
    return Arrived;
  auto Said = wire::decode<wire::Failed>(Arrived.Payload.span());
  if (!Said)
    return broken(Said.error().Why);
  return Failure{Blame::Executor, printable(Said->Reason)};
}

/// Notes what came, for who waits for it. With Guard locked.
Expected<void> OpenSession::file(Frame Arrived) {
  if (Arrived.Type != MessageType::Returned) {
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
    Over = Arrived.error();
  else if (!Filed)
    Over = Filed.error();
  HasArrived.notify_all();
  if (Over)
    return *Over;
  return !IsLate;
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
    Over = Failure{.Whose = Blame::Executor,
                   .Message = Peer.name() + " has not answered in " +
                              std::to_string(Patience->count()) + " ms",
                   .How = CallEnd::TimeLimit};
    return *Over;
  }
  Frame First = std::move(Answers.front());
  Answers.pop_front();
  if (First.Type != Type) {
    Over = broken(std::string(wire::messageName(First.Type)) + " in place of " +
                  wire::messageName(Type));
    return *Over;
  }
  return std::move(First.Payload);
}

template <typename MessageT>
Expected<ByteBuffer> OpenSession::ask(const MessageT &Question,
                                      MessageType Answer) {
  std::lock_guard Only(Asking);
  if (auto Sent = send(Question); !Sent) {
    // Why it hung up may have been said before.
    auto Said = awaitAnswer(Answer);
    return Said ? Sent.error() : Said.error();
  }
  return awaitAnswer(Answer);
}

//===----------------------------------------------------------------------===//
// Requests
//===----------------------------------------------------------------------===//

Expected<std::unique_ptr<OpenSession>>
OpenSession::open(PeerProcess Peer, std::chrono::milliseconds Patience) {
  std::unique_ptr<OpenSession> Made(new OpenSession(std::move(Peer)));
  Made->Patience = Patience; // Until somebody says something else.
  if (int Error = transport::makePipe(Made->Waking))
    return Failure{Blame::Launch,
                   std::string("cannot make a pipe: ") + strerror(Error)};
  if (auto Greeted = Made->greet(Patience); !Greeted) {
    Failure Why = Greeted.error();
    constexpr int EndMs = 200;
    if (Why.How == CallEnd::Lost)
      if (auto Ended = Made->Peer.waitFor(EndMs))
        Why.Message = Made->Peer.name() + " " + Ended->describe() +
                      " before it said Hello; does it serve an executor?";
    return Why;
  }
  return Made;
}

Expected<void> OpenSession::greet(std::chrono::milliseconds Patience) {
  auto Arrived = receive(Clock::now() + Patience);
  if (!Arrived && Arrived.error().Message.empty())
    return Failure{.Whose = Blame::Executor,
                   .Message = Peer.name() + " has not said Hello in " +
                              std::to_string(Patience.count()) + " ms",
                   .How = CallEnd::TimeLimit};
  if (!Arrived)
    return Arrived.error();
  if (Arrived->Type != MessageType::Hello)
    return broken(std::string(wire::messageName(Arrived->Type)) +
                  " in place of Hello");
  auto Version = wire::decodeVersion(Arrived->Payload.span());
  if (!Version)
    return broken(Version.error().Why);
  if (*Version != wire::ProtocolVersion)
    return Failure{Blame::Protocol, Peer.name() + " speaks protocol version " +
                                        std::to_string(*Version) +
                                        ", and we version " +
                                        std::to_string(wire::ProtocolVersion)};
  auto Greeting = wire::decode<wire::Hello>(Arrived->Payload.span());
  if (!Greeting)
    return broken(Greeting.error().Why);
  Facts.Triple = printable(Greeting->Triple);
  Facts.PageSize = Greeting->PageSize;
  Facts.Slab = Greeting->Slab;
  Facts.ProcessId = Greeting->ProcessId;
  // The block of an executable is for one program; modules have their own.
  Facts.ThreadLocals = {};
  auto Answer = ask(wire::Open(), MessageType::Opened);
  if (!Answer)
    return Answer.error();
  auto Opened = wire::decode<wire::Opened>(Answer->span());
  if (!Opened)
    return broken(Opened.error().Why);
  Threads = Opened->Threads;
  Facts.Relocated = Opened->Relocated;
  Facts.RelocatedResult = Opened->RelocatedResult;
  return {};
}

void OpenSession::endNow() {
  {
    std::lock_guard Only(Guard);
    if (!Over)
      Over = Failure{Blame::Usage, "the session is over"};
    HasArrived.notify_all();
  }
  Waking.Writer.close();
  Peer.kill();
}

OpenSession::~OpenSession() {
  Waking.Writer.close();
  if (Reader.joinable())
    Reader.join();
  // Nobody waits for a call that may never end.
  if (!Expecting.empty())
    Peer.kill();
}

Expected<void> OpenSession::load(const wire::Load &Request) {
  std::lock_guard Only(Asking);
  return send(Request);
}

Expected<std::vector<OpenSession::Address>>
OpenSession::lookup(const wire::Lookup &Request) {
  auto Answer = ask(Request, MessageType::LookupReply);
  if (!Answer)
    return Answer.error();
  auto Reply = wire::decode<wire::LookupReply>(Answer->span());
  if (!Reply)
    return broken(Reply.error().Why);
  if (Reply->Symbols.size() != Request.Symbols.size())
    return broken("an answer for other symbols than it was asked for");
  std::vector<Address> Found;
  for (const wire::LookupReply::Symbol &Symbol : Reply->Symbols) {
    if (Symbol.Kind != wire::SymbolKind::Missing && Symbol.Address.isNull())
      return broken("a symbol that is found nowhere");
    Found.push_back(
        {Symbol.Kind, Symbol.Address, Symbol.Size, Symbol.DataAlignment});
  }
  return Found;
}

Expected<OpenSession::Start>
OpenSession::add(const wire::AddModule &Module, std::span<const Piece> Contents,
                 const wire::StartModule &Request) {
  std::lock_guard Only(Asking);
  auto Sent = send(Module);
  for (const Piece &Each : Contents) {
    if (!Sent)
      break;
    ByteBuffer Target;
    wire::encode(wire::Write{Each.Start}, Target);
    std::vector<iovec> Parts = {{Target.data(), Target.size()}};
    Parts.insert(Parts.end(), Each.Parts.begin(), Each.Parts.end());
    Sent = sendParts(MessageType::Write, Parts);
  }
  if (Sent)
    Sent = send(Request);
  auto Answer = awaitAnswer(MessageType::ModuleStarted);
  if (!Answer)
    return Answer.error();
  if (!Sent)
    return Sent.error();
  auto Started = wire::decode<wire::ModuleStarted>(Answer->span());
  if (!Started)
    return broken(Started.error().Why);
  if (Started->Module != Request.Module)
    return broken("the start of another module");
  return Start{Started->How, printable(Started->Reason),
               Bytes(Started->Report.begin(), Started->Report.end())};
}

Expected<bool> OpenSession::remove(uint32_t Module, bool Waits) {
  auto Answer =
      ask(wire::RemoveModule{Module, Waits}, MessageType::ModuleRemoved);
  if (!Answer)
    return Answer.error();
  auto Removed = wire::decode<wire::ModuleRemoved>(Answer->span());
  if (!Removed)
    return broken(Removed.error().Why);
  if (Removed->Module != Module || (Waits && Removed->IsBusy))
    return broken("the end of another module");
  return !Removed->IsBusy;
}

Expected<uint64_t> OpenSession::beginCall(wire::Call Request) {
  {
    std::lock_guard Only(Guard);
    if (Over)
      return *Over;
    Request.Number = ++LastCall;
    Expecting.insert(Request.Number);
    if (Request.OwnThread && !Reader.joinable())
      Reader = std::thread([this] { readForAll(); });
  }
  auto Sent = send(Request);
  if (Sent)
    return Request.Number;
  forget(Request.Number);
  return Sent.error();
}

Expected<OpenSession::Answer> OpenSession::await(uint64_t Call,
                                                 Deadline Until) {
  std::unique_lock Lock(Guard);
  for (;;) {
    if (auto Found = Returned.find(Call); Found != Returned.end()) {
      Answer Its = std::move(Found->second);
      Returned.erase(Found);
      return Its;
    }
    auto Advanced = advance(Lock, Until);
    if (!Advanced)
      return Advanced.error();
    if (!*Advanced && !Returned.contains(Call))
      return Failure{.Whose = Blame::Guest,
                     .Message = "the call has not returned in its time",
                     .How = CallEnd::TimeLimit};
  }
}

bool OpenSession::isReady(uint64_t Call) {
  std::lock_guard Only(Guard);
  return Returned.contains(Call) || Over;
}

void OpenSession::forget(uint64_t Call) {
  std::lock_guard Only(Guard);
  if (Returned.erase(Call) == 0 && Expecting.contains(Call))
    Forgotten.insert(Call);
}

Expected<std::optional<OpenSession::Bytes>>
OpenSession::read(ExecutorRange Range) {
  auto Answer = ask(wire::ReadMemory{Range}, MessageType::MemoryRead);
  if (!Answer)
    return Answer.error();
  auto Read = wire::decode<wire::MemoryRead>(Answer->span());
  if (!Read)
    return broken(Read.error().Why);
  if (!Read->IsReadable)
    return std::optional<Bytes>();
  if (Read->Bytes.size() != Range.Size)
    return broken("other memory than it was asked for");
  return std::optional(Bytes(Read->Bytes.begin(), Read->Bytes.end()));
}

Expected<bool> OpenSession::write(ExecutorAddr Start,
                                  std::span<const uint8_t> What) {
  auto Answer = ask(wire::WriteMemory{Start, What}, MessageType::MemoryWritten);
  if (!Answer)
    return Answer.error();
  auto Written = wire::decode<wire::MemoryWritten>(Answer->span());
  if (!Written)
    return broken(Written.error().Why);
  return Written->IsWritable;
}

} // namespace remoterun::controller
