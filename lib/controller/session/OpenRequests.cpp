//===- OpenRequests.cpp - What an open session asks for -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Printable.h"
#include "controller/session/OpenSession.h"

#include <cstring>

namespace remoterun::controller {

using wire::MessageType;

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
    if (Why.Ending == CallEnd::Lost)
      if (auto Ended = Made->Peer.waitFor(EndMs))
        Why.Message = Made->Peer.name() + " " + Ended->describe() +
                      " before the session began; does it serve an executor?";
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
                   .Ending = CallEnd::TimeLimit};
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

std::optional<WaitStatus> OpenSession::waitForEnd(int Milliseconds) {
  std::lock_guard Only(Ending);
  return Peer.waitFor(Milliseconds);
}

void OpenSession::endNow() {
  {
    std::lock_guard Only(Guard);
    giveUp({Blame::Usage, "the session is over"});
  }
  std::lock_guard Only(Ending);
  Peer.kill();
}

OpenSession::~OpenSession() {
  {
    // The reader may be giving up.
    std::lock_guard Only(Guard);
    Waking.Writer.close();
  }
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
  // The numbers of elements, and what there is of a symbol.
  uint64_t Longest = 5 * 4 + 22 * uint64_t(Request.Symbols.size());
  auto Answer = ask(Request, MessageType::LookupReply, Longest);
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
  beginQuestion({MessageType::ModuleStarted, UINT64_MAX});
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
  return Start{Started->State, printable(Started->Reason),
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
    Expecting[Request.Number] = Request.ResultSize;
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
                     .Ending = CallEnd::TimeLimit};
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
  auto Answer =
      ask(wire::ReadMemory{Range}, MessageType::MemoryRead, 1 + Range.Size);
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
