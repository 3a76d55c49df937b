//===- Session.cpp - The near side of a session ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/session/Session.h"
#include "controller/base/Printable.h"

#include <cstring>
#include <sys/time.h>
#include <vector>

namespace remoterun::controller {

using transport::ChannelError;
using wire::MessageType;

namespace {

/// After a hangup, how long the process may take to end so that its wait
/// status can be told.
constexpr int EndAfterHangupMs = 1000;

/// Disarms the timer that we were started with: from here on it is the guest's.
wire::Run::Timer takeAlarm() {
  itimerval Disarmed = {}, Was = {};
  ::setitimer(ITIMER_REAL, &Disarmed, &Was);
  auto Microseconds = [](const timeval &Time) {
    return static_cast<uint64_t>(Time.tv_sec) * 1000000 +
           static_cast<uint64_t>(Time.tv_usec);
  };
  return {Microseconds(Was.it_value), Microseconds(Was.it_interval)};
}

} // namespace

Failure Session::broken(const std::string &What) const {
  return {Blame::Protocol,
          "protocol error: " + Process.describe() + " sent " + What + hint()};
}

Failure Session::lost(const ChannelError &Error) {
  const std::string Name = Process.describe();
  const std::string When =
      IsGreeted ? " before the guest was started" : " before the handshake";
  switch (Error.What) {
  case ChannelError::Kind::Malformed:
    return broken(Error.Why);
  case ChannelError::Kind::TimedOut:
    return {Blame::Executor, Name + " kept silent" + When +
                                 " for longer than --executor-timeout allows" +
                                 hint()};
  case ChannelError::Kind::System:
    return {Blame::Internal,
            "cannot talk to " + Name + ": " + strerror(Error.Errno)};
  case ChannelError::Kind::Hangup:
    break;
  }
  auto Ended = Process.waitFor(EndAfterHangupMs);
  return {Blame::Executor,
          Name + " " + (Ended ? Ended->describe() : "hung up") + When + hint()};
}

/// What may be wrong where no executor has spoken.
std::string Session::hint() const {
  if (IsGreeted)
    return "";
  if (Process.isForwarded())
    return "; --remote-stub-path names the remote-stub at the far end, and "
           "--upload-stub sends one";
  if (Process.hasLauncher())
    return "; a launcher that does not pass descriptors through needs "
           "--stdio=forward";
  return "; is it a remote-stub?";
}

//===----------------------------------------------------------------------===//
// Frames
//===----------------------------------------------------------------------===//

Expected<void> Session::sendParts(MessageType Type,
                                  std::span<const iovec> Parts,
                                  const std::string &Detail) {
  ++Counts.FramesSent;
  Counts.BytesSent += wire::FrameHeader::Size;
  for (const iovec &Part : Parts)
    Counts.BytesSent += Part.iov_len;
  Trace.frame('>', Type, Detail);
  LastSent = Clock::now();
  auto Sent = Process.channel().send(Type, Parts);
  if (Sent)
    return {};
  // An executor that failed has said why before it hung up.
  if (Sent.error().What == ChannelError::Kind::Hangup)
    if (auto Said = receive(MessageType::Failed, 0);
        !Said && Said.error().Whose == Blame::Executor)
      return Said;
  return lost(Sent.error());
}

Expected<void> Session::receive(MessageType Type, uint64_t Bound) {
  auto Received = receiveEither(Type, Bound, Type);
  return Received ? Expected<void>() : Received.error();
}

Expected<MessageType> Session::receiveEither(MessageType Type, uint64_t Bound,
                                             MessageType Other) {
  auto Header = Process.channel().receiveHeader();
  if (!Header)
    return lost(Header.error());
  bool IsFailure = Header->Type == MessageType::Failed;
  if (Header->Type != Type && Header->Type != Other && !IsFailure)
    return broken(std::string(wire::messageName(Header->Type)) +
                  " in place of " + wire::messageName(Type));
  if (Header->Type == Type && !IsFailure && Header->PayloadSize > Bound)
    return broken(std::string("a ") + wire::messageName(Type) +
                  " that is too long");
  Payload.resize(Header->PayloadSize);
  if (auto Read = Process.channel().receivePayload(Payload.span()); !Read)
    return lost(Read.error());
  ++Counts.FramesReceived;
  if (LastSent) {
    auto Passed = std::chrono::duration_cast<std::chrono::microseconds>(
        Clock::now() - *LastSent);
    ShortestTrip = std::min(ShortestTrip.value_or(Passed), Passed);
  }
  if (!IsFailure)
    return Header->Type;
  auto Message = wire::decode<wire::Failed>(Payload.span());
  if (!Message)
    return broken(Message.error().Why);
  std::string Reason = printable(Message->Reason);
  Trace.frame('<', MessageType::Failed, Reason);
  return Failure{Blame::Executor, Reason};
}

//===----------------------------------------------------------------------===//
// Requests
//===----------------------------------------------------------------------===//

Expected<void> Session::handshake() {
  if (auto Completed = Process.completeLaunch(); !Completed)
    return Completed;
  return receiveHello();
}

Expected<void> Session::restart(uint32_t ThreadLocals, uint32_t Alignment) {
  const wire::Restart Request{ThreadLocals, Alignment};
  if (auto Sent = send(Request, std::to_string(ThreadLocals) +
                                    " bytes of thread-local variables");
      !Sent)
    return Sent;
  ++Counts.RoundTrips;
  // What it had promised is gone with it.
  if (Blocks)
    keepBlocks();
  const ExecutorFacts Before = Facts;
  if (auto Greeted = receiveHello(); !Greeted)
    return Greeted;
  // The program has been compiled for it.
  if (Facts.Triple != Before.Triple || Facts.PageSize != Before.PageSize)
    return broken("that it is for another machine now");
  if (Facts.ThreadLocals.Size != ThreadLocals ||
      Facts.ThreadLocals.Alignment < Alignment)
    return broken("another block of thread-local variables than it was asked "
                  "for");
  return {};
}

Expected<void> Session::receiveHello() {
  if (auto Got =
          receive(MessageType::Hello, wire::maxPayload(MessageType::Hello));
      !Got)
    return Got;
  auto Version = wire::decodeVersion(Payload.span());
  if (!Version)
    return broken(Version.error().Why);
  if (*Version != wire::ProtocolVersion)
    return Failure{Blame::Protocol,
                   Process.describe() + " speaks protocol version " +
                       std::to_string(*Version) +
                       ", this remote-run speaks version " +
                       std::to_string(wire::ProtocolVersion) +
                       "; use the remote-stub that was installed with it"};
  auto Greeting = wire::decode<wire::Hello>(Payload.span());
  if (!Greeting)
    return broken(Greeting.error().Why);
  Facts.Triple = printable(Greeting->Triple);
  Facts.PageSize = Greeting->PageSize;
  Facts.Slab = Greeting->Slab;
  Trace.setSlab(Facts.Slab);
  Facts.ThreadLocals = Greeting->ThreadLocals;
  Facts.Relocated = Greeting->Relocated;
  Facts.RelocatedResult = Greeting->RelocatedResult;
  Facts.ProcessId = Greeting->ProcessId;
  IsGreeted = true;
  Process.noteGreeting();
  Trace.frame('<', MessageType::Hello,
              Facts.Triple + ", slab of " + std::to_string(Facts.Slab.Size) +
                  " bytes, pages of " + std::to_string(Facts.PageSize));
  return {};
}

Expected<CpuFacts> Session::describeCpu() {
  if (auto Sent = send(wire::DescribeCpu(), ""); !Sent)
    return Sent.error();
  ++Counts.RoundTrips;
  if (auto Got = receive(MessageType::Cpu, wire::maxPayload(MessageType::Cpu));
      !Got)
    return Got.error();
  auto Answer = wire::decode<wire::Cpu>(Payload.span());
  if (!Answer)
    return broken(Answer.error().Why);
  CpuFacts Found = {Answer->Capabilities, Answer->MoreCapabilities,
                    std::string(Answer->Platform),
                    std::string(Answer->Description)};
  Trace.frame('<', MessageType::Cpu,
              count(Found.Description.size(), "byte") + " of description");
  return Found;
}

Expected<void> Session::load(const wire::Load &Request) {
  return send(Request, Trace.of(Request));
}

Expected<void> Session::sendLookup(const wire::Lookup &Request) {
  SymbolsAskedFor = Request.Symbols.size();
  SpareAskedFor = Request.Spare.size();
  AskedToLoad = Request.LoadNow;
  return send(Request, Trace.of(Request));
}

std::optional<std::string>
Session::problemOf(const wire::LookupReply &Reply) const {
  // They are ascending.
  size_t Referenced = Reply.Referenced.size();
  if (Referenced != 0 && Reply.Referenced[Referenced - 1] >= SpareAskedFor)
    return "an index of no spare definition";
  if (AskedToLoad && (!Reply.Needed.empty() || !Reply.Versions.empty() ||
                      !Reply.Directories.empty()))
    return "names of libraries that are to be loaded already";
  if (Reply.Symbols.size() != SymbolsAskedFor)
    return "an answer for " + count(Reply.Symbols.size(), "symbol") +
           " to a question for " + count(SymbolsAskedFor, "symbol");
  for (const wire::LookupReply::Symbol &Symbol : Reply.Symbols)
    if (AskedToLoad && Symbol.Kind != wire::SymbolKind::Missing &&
        Symbol.Address.isNull())
      return "a symbol that is found nowhere";
  return std::nullopt;
}

Expected<wire::LookupReply> Session::receiveLookupReply() {
  ++Counts.RoundTrips;
  uint64_t Bound = 4 + 22 * SymbolsAskedFor + 4 + 4 + 4 + 4 +
                   4 * uint64_t(SpareAskedFor) +
                   (AskedToLoad ? 0 : wire::LookupReply::MostText);
  if (auto Got = receive(MessageType::LookupReply, Bound); !Got)
    return Got.error();
  auto Reply = wire::decode<wire::LookupReply>(Payload.span());
  if (!Reply)
    return broken(Reply.error().Why);
  if (auto Problem = problemOf(*Reply))
    return broken(*Problem);
  Trace.frame('<', MessageType::LookupReply, Trace.of(*Reply));
  return std::move(*Reply);
}

Expected<void> Session::reserve(const wire::Reserve &Request) {
  SentImage = !Request.ImageName.empty();
  return send(Request, Trace.of(Request));
}

Expected<void> Session::write(ExecutorAddr Start, std::span<const iovec> Parts,
                              uint64_t Padding) {
  ByteBuffer Target;
  wire::encode(wire::Write{Start}, Target);
  std::vector<iovec> All = {{Target.data(), Target.size()}};
  uint64_t Size = 0;
  for (const iovec &Part : Parts) {
    All.push_back(Part);
    Size += Part.iov_len;
  }
  Counts.BytesShipped += Size - Padding;
  return sendParts(MessageType::Write, All, Trace.ofWrite(Start, Size));
}

Expected<void> Session::finalize(const wire::Finalize &Request) {
  return send(Request, Trace.of(Request));
}

Expected<void> Session::interpose(const wire::Interpose &Request) {
  return send(Request, Trace.of(Request));
}

Expected<OtherPlace> Session::otherPlace() {
  auto Told = wire::decode<wire::Elsewhere>(Payload.span());
  if (!Told)
    return broken(Told.error().Why);
  if (!SentImage)
    return broken("another place for what is no image");
  if ((Told->Slab.Start.value() | Told->Slab.Size) % Facts.PageSize != 0)
    return broken("a slab that is no range of pages");
  OtherPlace Place = {Told->Slab, Told->TakesImages, printable(Told->Reason)};
  Trace.frame('<', MessageType::Elsewhere, Place.Reason);
  Trace.setSlab(Place.Slab);
  // One more try, and then one without an image, are all that there can be.
  constexpr unsigned MostPlaces = 2;
  if (++PlacesTold > MostPlaces)
    return broken("one place after another for the program");
  return Place;
}

Expected<std::optional<OtherPlace>> Session::run(wire::Run Request) {
  Request.IgnoreSigchld = Process.foundSigchldIgnored();
  if (!Alarm)
    Alarm = takeAlarm();
  Request.Alarm = *Alarm;
  if (auto Sent = send(Request, Trace.of(Request)); !Sent)
    return Sent.error();
  ++Counts.RoundTrips;
  if (auto Told = receiveStored(); !Told)
    return Told.error();
  auto Got = receiveEither(MessageType::Running, 0, MessageType::Elsewhere);
  if (!Got)
    return Got.error();
  if (*Got == MessageType::Elsewhere) {
    auto Place = otherPlace();
    return Place ? Expected<std::optional<OtherPlace>>(std::move(*Place))
                 : Place.error();
  }
  Trace.frame('<', MessageType::Running, "");
  if (!Process.isForwarded())
    Process.channel().close();
  return std::optional<OtherPlace>();
}

} // namespace remoterun::controller
