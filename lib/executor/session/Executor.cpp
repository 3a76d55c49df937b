//===- Executor.cpp - The far side of a session ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/Executor.h"
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
#include "executor/session/SessionServer.h"
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

using transport::FrameChannel;
using wire::MessageType;

namespace {

/// Best effort: the controller may be what failed.
void reportFailure(FrameChannel &Channel, const Failure &Reason) {
  wire::Failed Report{Reason.Reason};
  ByteBuffer Encoded;
  wire::encode(Report, Encoded);
  (void)!Channel.send(MessageType::Failed, Encoded.span());
}

struct Served {
  std::optional<Guest> Program; ///< None where the session is an open one.
  ExecutorRange Slab;
};

Expected<Served> serveSession(FrameChannel &Channel,
                              const ProcessArguments &Process,
                              const Continuation &Session,
                              const wire::Restart &Room) {
  auto Memory = Slab::reserve();
  if (!Memory)
    return Memory.error();
  LinkerHeapAside HeapIsGuests;
  if (Room.ThreadLocals != 0)
    if (auto Made = enlargeThreadLocals(Room.ThreadLocals, Room.Alignment);
        !Made)
      return Made.error();
  SessionServer Server(Channel, std::move(*Memory), Process, Session);
  if (auto Said = Server.sayHello(); !Said)
    return Said.error();
  auto Prepared = Server.serveUntilRun();
  if (!Prepared)
    return Prepared.error();
  return Served{std::move(*Prepared), Server.slab()};
}

} // namespace

void serve(Startup Session, const ProcessArguments &Process) {
  // Whatever ends the controller ends us; before this call took effect, the
  // hangup of its pipe does.
  tieToParent();
  useCrashMemory(Session.CrashMemory);

  const Continuation Ours = {
      {Session.In.get(), Session.Out.get(), Session.CrashMemory.get()},
      Session.Preloaded,
      Session.BlockFolder};
  FrameChannel Channel(std::move(Session.In), std::move(Session.Out),
                       FrameChannel::Side::Executor, /*PatienceMs=*/-1);
  std::optional<ExhaustionNotice> Notice(std::in_place, Channel);
  auto Done = serveSession(Channel, Process, Ours, Session.Room);
  Notice.reset();
  if (!Done) {
    reportFailure(Channel, Done.error());
    return;
  }
  if (!Done->Program) {
    Session.CrashMemory.close();
    Failure Why = serveOpen(Channel, Done->Slab);
    if (!Why.IsHangup)
      reportFailure(Channel, Why);
    std::exit(Why.IsHangup ? EXIT_SUCCESS : SessionFailedStatus);
  }
  // From here on the process is the guest's alone. It cannot disturb a protocol
  // that is over, nor find descriptors that it does not own.
  Channel.close();
  Session.CrashMemory.close();
  Done->Program->start();
}

} // namespace remoterun::executor
