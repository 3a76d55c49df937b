//===- AnswerFuzzer.cpp - Any answers to the controller -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plays an executor to the controller's session. The controller sends every
// request that there is, and what comes back is the input.
//
//===----------------------------------------------------------------------===//

#include "FrameStream.h"
#include "FuzzTarget.h"
#include "controller/session/Session.h"

#include <cstdio>
#include <sys/time.h>

using namespace remoterun;
using namespace remoterun::fuzz;
using controller::ExecutorProcess;
using controller::Session;
using transport::FrameChannel;

namespace {

/// What the session asks for; the first byte of the input says how many, and
/// what else there is in it.
constexpr const char *Names[] = {"a", "b", "c", "d", "e", "f", "g"};

struct Course {
  unsigned Symbols, Spare;
  bool AsksForProcessor; ///< Also the third of the bits that count names.
  bool Shares;
  bool IsImage;
};

Course courseOf(uint8_t First) {
  return {.Symbols = First & 7u,
          .Spare = (First >> 4) & 7u,
          .AsksForProcessor = (First & 4) != 0,
          .Shares = (First & 8) != 0,
          .IsImage = (First & 0x80) != 0};
}

/// A process that has ended, so that nobody waits for it.
ExecutorProcess &endedProcess() {
  static ExecutorProcess Process = [] {
    auto Launched = ExecutorProcess::launch({"/bin/true", {"true"}});
    require(static_cast<bool>(Launched));
    require(Launched->waitFor(10000).has_value());
    return std::move(*Launched);
  }();
  return Process;
}

void requireDiagnostic(const Failure &Error) {
  require(!Error.Message.empty());
  for (char C : Error.Message)
    require(static_cast<unsigned char>(C) >= 0x20 && C != 0x7f);
}

void requireFacts(const controller::ExecutorFacts &Facts) {
  require(!Facts.Triple.empty() && Facts.PageSize != 0);
  require(Facts.Slab.Start.value() % Facts.PageSize == 0 &&
          Facts.Slab.Size % Facts.PageSize == 0 && Facts.Slab.Size != 0);
}

Expected<void> lookUp(Session &Guest, unsigned Symbols, unsigned Spare) {
  wire::Lookup Question;
  // Both kinds of questions, since an answer may be of one alone.
  Question.LoadNow = Spare % 2 == 0;
  for (unsigned I = 0; I != Symbols; ++I)
    Question.Symbols.push({I % 2 != 0, I % 3 != 0, Names[I]});
  for (unsigned I = 0; I != Spare; ++I)
    Question.Spare.push(Names[I]);
  if (auto Sent = Guest.sendLookup(Question); !Sent)
    return Sent;
  auto Reply = Guest.receiveLookupReply();
  if (!Reply)
    return Reply.error();
  require(Reply->Symbols.size() == Symbols);
  for (uint32_t Index : Reply->Referenced)
    require(Index < Spare);
  for (const wire::LookupReply::Symbol &Symbol : Reply->Symbols)
    require(!Question.LoadNow || !Symbol.Address.isNull() ||
            Symbol.Kind == wire::SymbolKind::Missing);
  return {};
}

/// There is no such process, so that there is no memory, whatever is said.
Expected<void> share(Session &Guest) {
  auto Shared = Guest.share("late code", Guest.facts().PageSize, 1);
  if (!Shared)
    return Shared.error();
  require(!Shared->WhyNot.empty() && !Shared->Memory);
  requireDiagnostic({Blame::Executor, Shared->WhyNot});
  return {};
}

Expected<void> ship(Session &Guest, bool IsImage) {
  ExecutorRange Slab = Guest.facts().Slab;
  wire::Reserve Memory;
  if (IsImage)
    Memory.ImageName = "prog";
  Memory.Segments.push(
      {{Slab.Start, Guest.facts().PageSize}, wire::Protection::ReadExecute});
  char Code[] = "code";
  iovec Part = {Code, sizeof(Code)};
  wire::Interpose Replacements;
  Replacements.Definitions.push({Slab.Start, Names[0]});
  if (auto Sent = Guest.reserve(Memory); !Sent)
    return Sent;
  if (auto Sent = Guest.write(Slab.Start, {&Part, 1}); !Sent)
    return Sent;
  if (auto Sent = Guest.finalize({}); !Sent)
    return Sent;
  return Guest.interpose(Replacements);
}

/// A whole session.
Expected<void> converse(Session &Guest, Course Its) {
  if (auto Greeted = Guest.handshake(); !Greeted)
    return Greeted;
  requireFacts(Guest.facts());
  if (Its.AsksForProcessor)
    if (auto Told = Guest.describeCpu(); !Told)
      return Told.error();
  wire::Load Libraries;
  Libraries.Libraries.push({wire::Load::Kind::Name, "m"});
  if (auto Sent = Guest.load(Libraries); !Sent)
    return Sent;
  if (Its.Shares)
    if (auto Shared = share(Guest); !Shared)
      return Shared;
  if (auto Found = lookUp(Guest, Its.Symbols, Its.Spare); !Found)
    return Found;
  if (auto Shipped = ship(Guest, Its.IsImage); !Shipped)
    return Shipped;
  wire::Run Start;
  Start.Entry = Guest.facts().Slab.Start;
  Start.Arguments.push("prog");
  auto Started = Guest.run(std::move(Start));
  if (!Started)
    return Started.error();
  require(Its.IsImage || !*Started);
  if (*Started)
    requireDiagnostic({Blame::Executor, "'" + (*Started)->Reason + "'"});
  return {};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  // What a session prints is made, and thrown away.
  static std::FILE *Trace = std::fopen("/dev/null", "w");
  if (Size < 2)
    return 0;
  transport::Pipe Requests;
  require(transport::makePipe(Requests) == 0);
  ExecutorProcess &Process = endedProcess();
  Process.channel() =
      FrameChannel(pipeHolding(streamOf({Data + 1, Size - 1}).span()),
                   std::move(Requests.Writer), FrameChannel::Side::Controller,
                   /*PatienceMs=*/10000);
  // Session::run() takes the interval timer, by which a fuzzer finds hangs.
  itimerval Watchdog;
  require(::getitimer(ITIMER_REAL, &Watchdog) == 0);
  Session Guest(Process, Trace);
  auto Done = converse(Guest, courseOf(Data[0]));
  require(::setitimer(ITIMER_REAL, &Watchdog, nullptr) == 0);
  if (!Done)
    requireDiagnostic(Done.error());
  Accepted = static_cast<bool>(Done);
  return 0;
}
