//===- RequestFuzzer.cpp - Any requests to the executor -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plays a controller to the executor's session, in this process and up to the
// guest's start: Run is prepared like any other request, but nothing is
// entered. What the executor does to its memory happens to ours.
//
//===----------------------------------------------------------------------===//

#include "FrameStream.h"
#include "FuzzTarget.h"

// Its session is nobody's business but its own, so there is no header for it.
#include "executor/session/Executor.cpp"

#include "executor/guest/LeakRoots.h"

#include <fcntl.h>
#include <sys/mman.h>

using namespace remoterun;
using namespace remoterun::fuzz;
using executor::ProcessArguments;
using transport::FrameChannel;
using wire::MessageType;

// The controller is trusted to send unwind tables, and the unwinder reads them
// without a check.
void executor::registerUnwindTables(std::span<const ExecutorRange>) {}
void executor::forgetUnwindTables(std::span<const ExecutorRange>) {}

// LeakSanitizer has no room for the memory of more than one guest in a process,
// or of some thousands.
void executor::registerLeakRoots(const Slab &) {}

namespace {

char ProgramName[] = "prog";
char *Values[] = {ProgramName, nullptr};

struct Served {
  bool IsReady = false; ///< The guest would start now.
  bool IsOpen = false;  ///< An open session would begin.
  ByteBuffer Answers;
};

Served serveStream(std::span<const uint8_t> Stream) {
  transport::Pipe Back;
  require(transport::makePipe(Back) == 0);
  // Nobody reads before the end, and an answer to a Lookup can be three times
  // as long as it.
  require(::fcntl(Back.Writer.get(), F_SETPIPE_SZ, 1 << 18) > 0);
  ProcessArguments Process{1, Values, environ};
  FrameChannel Channel(pipeHolding(Stream), std::move(Back.Writer),
                       FrameChannel::Side::Executor, /*PatienceMs=*/-1);
  Served Result;
  auto Prepared = executor::serveSession(Channel, Process, {{-1, -1, -1}, {}},
                                         /*Room=*/{});
  Result.IsReady = Prepared && Prepared->Program;
  Result.IsOpen = Prepared && !Prepared->Program;
  if (!Prepared)
    executor::reportFailure(Channel, Prepared.error());
  Channel.close();
  Result.Answers = drained(Back.Reader);
  return Result;
}

/// We live on where the executor ends.
void giveSlabBack(const wire::Hello &Greeting) {
  require(::munmap(executor::memoryAt(Greeting.Slab.Start),
                   Greeting.Slab.Size) == 0);
}

/// Running or Failed stands last, and nowhere else.
void requireAnswers(const Served &Session) {
  std::span<const uint8_t> Rest = Session.Answers.span();
  TakenFrame Frame;
  require(takeFrame(Rest, /*FromExecutor=*/true, Frame));
  auto Greeting = wire::decode<wire::Hello>(Frame.Payload);
  require(Frame.Header.Type == MessageType::Hello && Greeting);
  giveSlabBack(*Greeting);
  MessageType Last = MessageType::Hello;
  while (takeFrame(Rest, /*FromExecutor=*/true, Frame)) {
    require(Last != MessageType::Failed && Last != MessageType::Running);
    Last = Frame.Header.Type;
    if (Last == MessageType::LookupReply)
      require(
          static_cast<bool>(wire::decode<wire::LookupReply>(Frame.Payload)));
    else if (Last == MessageType::Cpu)
      require(static_cast<bool>(wire::decode<wire::Cpu>(Frame.Payload)));
    else if (Last == MessageType::Shared)
      require(static_cast<bool>(wire::decode<wire::Shared>(Frame.Payload)));
    else if (Last == MessageType::Kept)
      require(static_cast<bool>(wire::decode<wire::Kept>(Frame.Payload)));
    else if (Last == MessageType::Stored)
      require(static_cast<bool>(wire::decode<wire::Stored>(Frame.Payload)));
    else if (Last == MessageType::Failed)
      require(static_cast<bool>(wire::decode<wire::Failed>(Frame.Payload)));
    else
      require(Last == MessageType::Running && Frame.Payload.empty());
  }
  require(Rest.empty());
  require(Session.IsOpen || Last == (Session.IsReady ? MessageType::Running
                                                     : MessageType::Failed));
}

} // namespace

// An argument vector that a Run brings lives as long as the process.
extern "C" const char *__asan_default_options() { return "detect_leaks=0"; }

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  Served Session = serveStream(streamOf({Data, Size}).span());
  requireAnswers(Session);
  Accepted = Session.IsReady;
  return 0;
}
