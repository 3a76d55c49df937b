//===- SessionServer.h - Requests until there is a guest --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SESSION_SESSIONSERVER_H
#define REMOTERUN_EXECUTOR_SESSION_SESSIONSERVER_H

#include "executor/base/ControllerLine.h"
#include "executor/base/Failure.h"
#include "executor/guest/Guest.h"
#include "executor/loader/Interposition.h"
#include "executor/loader/ProgramImage.h"
#include "executor/memory/SharedFile.h"
#include "executor/memory/Slab.h"
#include "executor/session/KeptBlocks.h"
#include "executor/session/Startup.h"
#include "executor/symbols/Symbols.h"
#include "transport/FrameChannel.h"
#include "wire/Messages.h"

#include <optional>

namespace remoterun::executor {

/// The requests of one session, in the order that PROTOCOL.md demands.
class SessionServer {
public:
  SessionServer(transport::FrameChannel &Channel, Slab Memory,
                const ProcessArguments &Process, const Continuation &Session)
      : Line(Channel), Memory(std::move(Memory)), Process(Process),
        Session(Session), Blocks(Session.BlockFolder) {}

  Expected<void> sayHello();
  /// Serves requests until Run, and returns the guest that it prepared; or
  /// until Open, and returns none.
  Expected<std::optional<Guest>> serveUntilRun();
  ExecutorRange slab() const { return Memory.range(); }

private:
  Expected<void> handle(wire::FrameHeader Header);
  /// Decodes the payload and serves what it asks for.
  template <typename MessageT> Expected<void> served();
  Expected<void> serve(const wire::DescribeCpu &);
  Expected<void> serve(const wire::Load &Request);
  Expected<void> serve(const wire::Lookup &Request);
  Expected<void> serve(const wire::Restart &Request);
  Expected<void> serve(const wire::Share &Request);
  Expected<void> serve(const wire::Place &Request);
  // BlockRequests.cpp
  Expected<void> serve(const wire::AskKept &Request);
  Expected<void> serve(const wire::WriteKept &Request);
  Expected<void> serve(const wire::Keep &Request);
  Expected<void> writeBlock(ExecutorAddr Start, std::span<const uint8_t> Bytes);
  Expected<bool> readBlock(const wire::Keep::Block &Its,
                           ByteBuffer &Block) const;
  // SessionServer.cpp
  Expected<void> serve(wire::Reserve &Request);
  Expected<void> serve(const wire::Finalize &Request);
  Expected<void> serve(const wire::Interpose &Request);
  void sealImage(std::string_view Path);
  /// Instead of running a program that could not be mapped.
  Expected<void> tellOtherPlace();
  Expected<void> write(uint64_t PayloadSize);
  Expected<void> mayOpen() const;
  Expected<Guest> prepare();

  ControllerLine Line;
  Slab Memory;
  std::optional<ProgramImage> Image;
  /// There for every program that is sent, until one runs.
  std::optional<SharedFile> ForWindows;
  bool AskedToShare = false;
  /// Why the program that is being sent cannot be mapped; what still comes for
  /// it is let pass.
  std::optional<Failure> WhyNot;
  bool TakesImages = true;
  bool WasElsewhere = false;
  const ProcessArguments &Process;
  const Continuation &Session;
  KeptBlocks Blocks;
  Symbols Names;
  Interposition Replacements;
  bool IsFinal = false;
};

} // namespace remoterun::executor

#endif
