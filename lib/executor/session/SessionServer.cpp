//===- SessionServer.cpp - Requests until there is a guest ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/SessionServer.h"
#include "executor/base/ControllerLine.h"
#include "executor/base/Failure.h"
#include "executor/base/ParentTie.h"
#include "executor/crash/CrashHandler.h"
#include "executor/guest/Guest.h"
#include "executor/loader/Interposition.h"
#include "executor/loader/LinkerHeap.h"
#include "executor/loader/ProgramImage.h"
#include "executor/machine/CpuFacts.h"
#include "executor/machine/Machine.h"
#include "executor/memory/SharedFile.h"
#include "executor/memory/Slab.h"
#include "executor/session/ExhaustionNotice.h"
#include "executor/session/OpenService.h"
#include "executor/symbols/ExecutableSymbols.h"
#include "executor/symbols/Symbols.h"
#include "executor/tls/ThreadLocals.h"
#include "executor/unwind/CallFrame.h"
#include "executor/unwind/UnwindTables.h"
#include "transport/FrameChannel.h"
#include "wire/Messages.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <optional>
#include <unistd.h>

namespace remoterun::executor {

using wire::MessageType;

Expected<void> SessionServer::sayHello() {
  wire::Hello Greeting;
  Greeting.PageSize = static_cast<uint32_t>(::sysconf(_SC_PAGESIZE));
  Greeting.ProcessId = static_cast<uint64_t>(::getpid());
  Greeting.Slab = Memory.range();
  Greeting.ThreadLocals = threadLocalBlock();
  Greeting.Relocated = ProgramImage::relocatedHook();
  Greeting.RelocatedResult = ProgramImage::resultOfHook();
  Greeting.Triple = TargetTriple;
  return Line.reply(Greeting);
}

Expected<void> SessionServer::serve(const wire::DescribeCpu &) {
  ByteBuffer Text;
  return Line.reply(describeCpu(Text));
}

Expected<void> SessionServer::serve(const wire::Load &Request) {
  return Names.load(Request);
}

Expected<void> SessionServer::serve(const wire::Lookup &Request) {
  auto Answers = Names.lookup(Request);
  return Answers ? Line.reply(*Answers) : Answers.error();
}

Expected<void> SessionServer::serve(const wire::Share &Request) {
  if (AskedToShare)
    return failure("protocol error: a second Share");
  if (!Memory.segments().empty())
    return failure("protocol error: Share after Reserve");
  if (Request.Size % static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) != 0)
    return failure("protocol error: a shared file of parts of a page");
  AskedToShare = true;
  auto Made = SharedFile::create(Request);
  if (!Made)
    return Line.reply(wire::Shared{wire::Shared::None, 0, Made.error().Reason});
  ForWindows = std::move(*Made);
  return Line.reply(wire::Shared{
      static_cast<uint32_t>(ForWindows->descriptor()), Request.Functions, {}});
}

Expected<void> SessionServer::serve(const wire::Place &Request) {
  if (!ForWindows)
    return failure("protocol error: a Place without a shared file");
  return ForWindows->write(Request);
}

Expected<void> SessionServer::serve(const wire::Restart &Request) {
  if (!Memory.segments().empty())
    return failure("protocol error: Restart after Reserve");
  const wire::ThreadLocalBlock Block = threadLocalBlock();
  if (Request.ThreadLocals == 0 || Request.ThreadLocals > Block.Most ||
      !std::has_single_bit(Request.Alignment) ||
      Request.Alignment > Block.StrictestAlignment)
    return failure("protocol error: Restart for more thread-local variables "
                   "than there can be");
  return startAnew(Session, Process, Request);
}

Expected<void> SessionServer::serve(wire::Reserve &Request) {
  bool IsImage = !Request.ImageName.empty();
  if (!Request.Windows.empty() && !ForWindows)
    return failure("protocol error: windows without a shared file");
  if (auto Done = Memory.commit(std::move(Request.Segments), !IsImage); !Done)
    return Done;
  if (ForWindows)
    if (auto Noted = ForWindows->setWindows(Request.Windows, Memory); !Noted)
      return Noted;
  if (!IsImage)
    return {};
  ExecutorRange Used = Memory.usedRange();
  if (Used.Start != Memory.range().Start)
    return failure("protocol error: an image that does not start where the "
                   "slab does");
  auto Made = ProgramImage::create(Request.ImageName, Used);
  if (Made) {
    Image = std::move(*Made);
  } else {
    WhyNot = Made.error();
    TakesImages = false;
  }
  return {};
}

/// Finds out whether it can be mapped; that is done when the guest starts.
void SessionServer::sealImage(std::string_view Path) {
  if (!Image->seal(Path)) {
    WhyNot =
        failure("the dynamic linker finds no file in memory without /proc");
    TakesImages = false;
  } else if (!Memory.claimRoom()) {
    // The second time it is not by chance.
    TakesImages = !WasElsewhere;
    WasElsewhere = true;
    WhyNot = failure("something else has taken its place");
  }
  if (WhyNot)
    Image.reset();
}

Expected<void> SessionServer::tellOtherPlace() {
  if (auto Done = Memory.startAgain(); !Done)
    return Done;
  wire::Elsewhere Place;
  Place.Slab = Memory.range();
  Place.TakesImages = TakesImages;
  Place.Reason = WhyNot->Reason;
  IsFinal = false;
  Replacements = {};
  auto Sent = Line.reply(Place);
  WhyNot.reset();
  return Sent;
}

Expected<void> SessionServer::write(uint64_t PayloadSize) {
  auto Range = Line.receiveTarget(PayloadSize);
  if (!Range)
    return Range.error();
  if (!Memory.isForImage()) {
    auto Target = Memory.writable(*Range);
    return Target ? Line.receiveTo(*Target) : Target.error();
  }
  if (auto Allowed = Memory.checkWrite(*Range); !Allowed)
    return Allowed;
  return Line.receivePieces(
      *Range, [&](ExecutorAddr Start, auto Bytes) -> Expected<void> {
        return Image ? Image->write(Start, Bytes) : Expected<void>();
      });
}

Expected<void> SessionServer::serve(const wire::Finalize &Request) {
  for (ExecutorRange Table : Request.UnwindTables)
    if (!Memory.holds(Table))
      return failure("protocol error: an unwind table that is not in the "
                     "reserved segments");
  bool IsImage = Memory.isForImage();
  if (auto Done = IsImage ? Memory.makeRoom() : Memory.finalize(); !Done)
    return Done;
  IsFinal = true;
  if (Image)
    sealImage(Request.ImagePath);
  if (WhyNot)
    return {};
  registerUnwindTables(Request.UnwindTables.span());
  useGuestTables(Request.UnwindTables.span());
  return {};
}

Expected<void> SessionServer::serve(const wire::Interpose &Request) {
  if (!IsFinal)
    return failure("protocol error: Interpose before Finalize");
  if (WhyNot)
    return {};
  auto Found = Interposition::find(Request, Memory);
  if (!Found)
    return Found.error();
  Replacements = std::move(*Found);
  return defineForLibraries(Request, Memory, Names);
}

template <typename MessageT> Expected<void> SessionServer::served() {
  auto Request = Line.decoded<MessageT>();
  return Request ? serve(*Request) : Request.error();
}

Expected<void> SessionServer::handle(wire::FrameHeader Header) {
  if (Header.Type == MessageType::Write)
    return write(Header.PayloadSize);
  if (auto Read = Line.receivePayload(Header.PayloadSize); !Read)
    return Read;
  switch (Header.Type) {
  case MessageType::DescribeCpu:
    return served<wire::DescribeCpu>();
  case MessageType::Load:
    return served<wire::Load>();
  case MessageType::Lookup:
    return served<wire::Lookup>();
  case MessageType::Restart:
    return served<wire::Restart>();
  case MessageType::Share:
    return served<wire::Share>();
  case MessageType::Place:
    return served<wire::Place>();
  case MessageType::AskKept:
    return served<wire::AskKept>();
  case MessageType::WriteKept:
    return served<wire::WriteKept>();
  case MessageType::Keep:
    return served<wire::Keep>();
  case MessageType::Reserve:
    return served<wire::Reserve>();
  case MessageType::Finalize:
    return served<wire::Finalize>();
  case MessageType::Interpose:
    return served<wire::Interpose>();
  default:
    return failure("protocol error: %s is not a request",
                   wire::messageName(Header.Type));
  }
}

Expected<void> SessionServer::mayOpen() const {
  if (!Memory.segments().empty() || AskedToShare)
    return failure("protocol error: Open after Reserve");
  return {};
}

/// Of a decoded Run whose program can be mapped.
Expected<Guest> SessionServer::prepare() {
  auto Request = Line.decoded<wire::Run>();
  if (!Request)
    return Request.error();
  // One of which the program has no part is closed with the session.
  bool HasWindows = ForWindows && ForWindows->hasWindows();
  auto Prepared = Guest::prepare(
      *Request, Memory, Process, std::move(Replacements), std::move(Image),
      HasWindows ? std::exchange(ForWindows, {}) : std::nullopt);
  if (!Prepared)
    return Prepared.error();
  if (auto Sent = Line.reply(wire::Running()); !Sent)
    return Sent.error();
  return Prepared;
}

Expected<std::optional<Guest>> SessionServer::serveUntilRun() {
  for (;;) {
    auto Header = Line.receiveHeader();
    if (!Header)
      return Header.error();
    if (Header->Type == MessageType::Open) {
      auto Allowed = mayOpen();
      return Allowed ? Expected<std::optional<Guest>>(std::optional<Guest>())
                     : Allowed.error();
    }
    if (Header->Type != MessageType::Run) {
      if (auto Handled = handle(*Header); !Handled)
        return Handled.error();
      continue;
    }
    if (!IsFinal)
      return failure("protocol error: Run before Finalize");
    if (auto Read = Line.receivePayload(Header->PayloadSize); !Read)
      return Read.error();
    if (!WhyNot) {
      auto Prepared = prepare();
      return Prepared ? Expected<std::optional<Guest>>(
                            std::optional<Guest>(std::move(*Prepared)))
                      : Prepared.error();
    }
    if (auto Decoded = Line.decoded<wire::Run>(); !Decoded)
      return Decoded.error();
    if (auto Told = tellOtherPlace(); !Told)
      return Told.error();
  }
}

} // namespace remoterun::executor
