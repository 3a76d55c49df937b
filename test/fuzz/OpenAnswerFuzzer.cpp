//===- OpenAnswerFuzzer.cpp - Executors of open sessions ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an executor says is read as in a session with modules. The first byte of
// the input says which requests there are.
//
//===----------------------------------------------------------------------===//

#include "FrameStream.h"
#include "FuzzTarget.h"
#include "controller/session/OpenSession.h"

#include <iterator>

using namespace remoterun;
using namespace remoterun::fuzz;
using controller::OpenSession;
using controller::PeerProcess;

namespace {

void requireDiagnostic(const Failure &Error) {
  require(!Error.Message.empty());
  for (char C : Error.Message)
    require(static_cast<unsigned char>(C) >= 0x20 && C != 0x7f);
}

Expected<void> lookUp(OpenSession &Session) {
  wire::Lookup Question;
  Question.Symbols.push({/*Weak=*/false, /*WantsSize=*/true, "a"});
  Question.Symbols.push({/*Weak=*/true, /*WantsSize=*/false, "b"});
  auto Found = Session.lookup(Question);
  if (!Found)
    return Found.error();
  require(Found->size() == Question.Symbols.size());
  for (const OpenSession::Address &Each : *Found)
    require(Each.Kind == wire::SymbolKind::Missing || !Each.Value.isNull());
  return {};
}

Expected<void> useModule(OpenSession &Session) {
  ExecutorAddr Place = Session.facts().Slab.Start;
  wire::AddModule Module;
  Module.Module = 7;
  Module.Segments.push(
      {{Place, Session.facts().PageSize}, wire::Protection::ReadExecute});
  wire::StartModule Start;
  Start.Module = 7;
  auto Started = Session.add(Module, {}, Start);
  if (!Started)
    return Started.error();
  require(Started->State == wire::ModuleStarted::Outcome::Crashed ||
          Started->Report.empty());
  auto Removed = Session.remove(7, /*Waits=*/true);
  if (!Removed)
    return Removed.error();
  require(*Removed);
  return {};
}

Expected<void> useMemory(OpenSession &Session) {
  constexpr uint64_t Size = 5;
  auto Read = Session.read({ExecutorAddr(4096), Size});
  if (!Read)
    return Read.error();
  require(!*Read || (*Read)->size() == Size);
  const uint8_t Byte[] = {1};
  auto Written = Session.write(ExecutorAddr(4096), Byte);
  return Written ? Expected<void>() : Written.error();
}

Expected<void> call(OpenSession &Session) {
  auto Begun = Session.beginCall({});
  if (!Begun)
    return Begun.error();
  auto Answer = Session.await(*Begun, Session.deadline());
  return Answer ? Expected<void>() : Answer.error();
}

Expected<void> converse(PeerProcess Peer, uint8_t Requests) {
  auto Opened = OpenSession::open(std::move(Peer), std::chrono::seconds(10));
  if (!Opened)
    return Opened.error();
  require((*Opened)->facts().Slab.Size != 0);
  using Request = Expected<void> (*)(OpenSession &);
  constexpr Request All[] = {lookUp, useModule, useMemory, call};
  for (unsigned I = 0; I != std::size(All); ++I)
    if (Requests >> I & 1)
      if (auto Done = All[I](**Opened); !Done)
        return Done;
  return {};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  if (Size < 2)
    return 0;
  transport::Pipe Requests;
  require(transport::makePipe(Requests) == 0);
  transport::Descriptor Answers =
      pipeHolding(streamOf({Data + 1, Size - 1}).span());
  auto Peer =
      PeerProcess::attachTo(Answers.release(), Requests.Writer.release());
  require(static_cast<bool>(Peer));
  auto Done = converse(std::move(*Peer), Data[0]);
  if (!Done)
    requireDiagnostic(Done.error());
  Accepted = static_cast<bool>(Done);
  return 0;
}
