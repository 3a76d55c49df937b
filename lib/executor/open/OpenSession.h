//===- OpenSession.h - Modules that come and go -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The executor's side of an open session (PROTOCOL.md, section 13): the process
// stays what it is, and gets code.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_OPEN_OPENSESSION_H
#define REMOTERUN_EXECUTOR_OPEN_OPENSESSION_H

#include "executor/base/ControllerLine.h"
#include "executor/open/AddedModule.h"
#include "executor/open/Calls.h"
#include "executor/open/Exports.h"
#include "executor/open/Replies.h"
#include "executor/symbols/Symbols.h"
#include "transport/FrameChannel.h"

namespace remoterun::executor {

/// One thread serves it. Several in one process share nothing.
class OpenSession {
public:
  /// \p Slab is the address space of the modules. What \p Exported names comes
  /// before what is found in the process. All of them have to outlive this.
  OpenSession(transport::FrameChannel &Channel, ExecutorRange Slab,
              const Exports &Exported, Calls::Settings Wanted);
  OpenSession(const OpenSession &) = delete;
  OpenSession &operator=(const OpenSession &) = delete;
  /// Waits for calls that run, removes all modules, and gives the slab back.
  ~OpenSession();

  /// Says what there is; the answer to Open.
  Expected<void> begin();
  /// Receives and serves one request. An error ends the session.
  Expected<void> serveOne();

private:
  Expected<void> handle(wire::FrameHeader Header);
  template <typename MessageT> Expected<void> served();
  Expected<void> serve(const wire::DescribeCpu &);
  Expected<void> serve(const wire::Load &Request);
  Expected<void> serve(const wire::Lookup &Request);
  Expected<void> serve(wire::AddModule &Request);
  Expected<void> serve(const wire::StartModule &Request);
  Expected<void> serve(const wire::RemoveModule &Request);
  Expected<void> serve(const wire::Call &Request);
  Expected<void> serve(const wire::ReadMemory &Request);
  Expected<void> serve(const wire::WriteMemory &Request);
  Expected<void> write(uint64_t PayloadSize);

  bool storeWord(const wire::WriteMemory &Request) const;
  AddedModule *find(uint32_t Number) const;
  AddedModule *moduleAt(ExecutorAddr Code) const;
  Expected<AddedModule *> known(uint32_t Number) const;
  void remove(AddedModule *Module);
  void releaseSlab();

  ControllerLine Line;
  Replies Answers;
  ExecutorRange Slab;
  Calls::Settings Wanted;
  Calls Running;
  Symbols Names;
  List<AddedModule *> Modules; ///< In the order that they came in.
  List<ExecutorRange> Lost;    ///< Parts of the slab that are others' now.
};

} // namespace remoterun::executor

#endif
