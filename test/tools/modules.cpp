//===- modules.cpp - A controller of an open session ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   modules --stub=FILE [--executor-timeout=SECONDS] [OPTION...] [...]
//
// Stands in for remote-run, whose other options, and arguments, it ignores: it
// adds a module of a few instructions, and uses every message of an
// open session. It says "whole is 42" if all went well, and ends with status 3.
//
//===----------------------------------------------------------------------===//

#include "controller/session/OpenSession.h"
#include "wire/CrashReport.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

using namespace remoterun;
using controller::OpenSession;
using controller::PeerProcess;

namespace {

constexpr uint64_t PageSize = 4096;
constexpr uint32_t Number = 7;

/// As remote-run tells it.
Failure wrong(const char *What) {
  return {Blame::Protocol, std::string("protocol error: ") + What};
}

// A wrapper that adds what is at the function's address to its argument; and in
// its place an undefined instruction.
#if defined(__x86_64__)
/// mov eax, [rdi]; add [rsi], eax; ret
constexpr uint8_t Code[] = {0x8b, 0x07, 0x01, 0x06, 0xc3};
/// ud2
constexpr uint8_t Deadly[] = {0x0f, 0x0b};
#elif defined(__aarch64__)
/// ldr w2, [x0]; ldr w3, [x1]; add w2, w2, w3; str w2, [x1]; ret
constexpr uint8_t Code[] = {0x02, 0x00, 0x40, 0xb9, 0x23, 0x00, 0x40,
                            0xb9, 0x42, 0x00, 0x03, 0x0b, 0x22, 0x00,
                            0x00, 0xb9, 0xc0, 0x03, 0x5f, 0xd6};
/// udf #0
constexpr uint8_t Deadly[] = {0, 0, 0, 0};
#else
#error "what instructions are here is not known"
#endif

Expected<void> addModule(OpenSession &Session, ExecutorAddr Place,
                         std::span<const uint8_t> Code) {
  wire::AddModule Module;
  Module.Module = Number;
  ExecutorRange Text = {Place, PageSize}, Data = {Place + PageSize, PageSize};
  Module.Segments.push({Text, wire::Protection::ReadExecute});
  Module.Segments.push({Data, wire::Protection::ReadWrite});
  wire::StartModule Start;
  Start.Module = Number;
  iovec Bytes = {const_cast<uint8_t *>(Code.data()), Code.size()};
  OpenSession::Piece Contents = {Place, {&Bytes, 1}};
  auto Started = Session.add(Module, {&Contents, 1}, Start);
  if (!Started)
    return Started.error();
  if (Started->State != wire::ModuleStarted::Outcome::Started)
    return wrong("the module was not started");
  return {};
}

Expected<void> useMemory(OpenSession &Session, ExecutorAddr Data) {
  const uint8_t Two[] = {2, 0, 0, 0};
  auto Written = Session.write(Data, Two);
  if (!Written)
    return Written.error();
  auto Read = Session.read({Data, sizeof(Two)});
  if (!Read)
    return Read.error();
  if (!*Written || !*Read || std::memcmp((*Read)->data(), Two, 4) != 0)
    return wrong("memory is not what was written");
  return {};
}

Expected<unsigned> call(OpenSession &Session, ExecutorAddr Place) {
  wire::Call Request;
  Request.Wrapper = Place;
  Request.Function = Place + PageSize;
  const uint8_t Forty[] = {40, 0, 0, 0};
  Request.Arguments = Forty;
  Request.ResultSize = sizeof(Forty);
  auto Begun = Session.beginCall(Request);
  if (!Begun)
    return Begun.error();
  auto Answer = Session.await(*Begun, Session.deadline());
  if (!Answer)
    return Answer.error();
  if (Answer->HasCrashed || Answer->Result.size() != sizeof(Forty))
    return wrong("another result");
  return unsigned(Answer->Result[0]);
}

/// Where the code kills the executor, and the two have no memory in common.
Expected<void> tellOfDeath(OpenSession &Session, ExecutorAddr Place) {
  auto Result = call(Session, Place);
  if (Result)
    return wrong("it is alive");
  const OpenSession::Bytes Said = Session.lastWords();
  auto Report = wire::decodeCrashReport(Said);
  if (Said.empty() || !Report)
    return Result.error();
  std::printf("died of %u\n", Report->Cause.Signal);
  return {};
}

Expected<void> run(const std::string &Stub, std::chrono::milliseconds Patience,
                   bool Dies) {
  controller::PeerRequest Request;
  Request.Command = {Stub};
  if (Dies)
    Request.Command = {"sh", "-c",
                       "REMOTE_RUN_EXECUTOR=${REMOTE_RUN_EXECUTOR%,*} exec $0",
                       Stub};
  Request.PatienceMs = static_cast<int>(Patience.count());
  auto Peer = PeerProcess::launch(Request);
  if (!Peer)
    return Peer.error();
  auto Opened = OpenSession::open(std::move(*Peer), Patience);
  if (!Opened)
    return Opened.error();
  OpenSession &Session = **Opened;
  ExecutorAddr Place = Session.facts().Slab.Start;
  wire::Lookup Lookup;
  Lookup.Symbols.push({/*Weak=*/false, /*WantsSize=*/true, "getpid"});
  if (auto Found = Session.lookup(Lookup); !Found)
    return Found.error();
  if (auto Done = Dies ? addModule(Session, Place, Deadly)
                       : addModule(Session, Place, Code);
      !Done)
    return Done;
  if (Dies)
    return tellOfDeath(Session, Place);
  if (auto Done = useMemory(Session, Place + PageSize); !Done)
    return Done;
  auto Result = call(Session, Place);
  if (!Result)
    return Result.error();
  auto Removed = Session.remove(Number, /*Waits=*/true);
  if (!Removed)
    return Removed.error();
  std::printf("whole is %u\n", *Result);
  return {};
}

} // namespace

int main(int Count, char **Values) {
  std::string Stub;
  bool Dies = false;
  auto Patience = std::chrono::milliseconds(15000);
  for (int I = 1; I < Count; ++I) {
    std::string_view Word = Values[I];
    constexpr std::string_view Its = "--stub=", Limit = "--executor-timeout=";
    Dies |= Word == "--die";
    if (Word.starts_with(Its))
      Stub = Word.substr(Its.size());
    else if (Word.starts_with(Limit))
      Patience = std::chrono::milliseconds(
          static_cast<int>(1000 * std::atof(Values[I] + Limit.size())));
  }
  auto Done = run(Stub, Patience, Dies);
  if (Done)
    return 3;
  std::fprintf(stderr, "remote-run: error: %s\n", Done.error().Message.c_str());
  return 125;
}
