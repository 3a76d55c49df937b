//===- Disposal.h - What is not needed while the guest runs -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A guest may run for days. Natively there is nothing beside it then; here
// there is this process, which has all that the guest was made from. It is let
// go, on a thread of its own, so that nobody waits for that: signals, streams
// and the guest's end are served as before.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_RUN_DISPOSAL_H
#define REMOTERUN_DRIVER_RUN_DISPOSAL_H

#include "driver/link/ProgramLinker.h"
#include "driver/run/DebugFile.h"

#include <atomic>

namespace remoterun::driver {

class Disposal {
public:
  /// All have to live as long as the process.
  Disposal(ProgramLinker &Linker, std::optional<DebugFile> &ForDebuggers)
      : Linker(Linker), ForDebuggers(ForDebuggers) {}
  Disposal(const Disposal &) = delete;
  Disposal &operator=(const Disposal &) = delete;

  /// Lets everything go but what ProgramLinker::record() gives. From now on the
  /// linker is the thread's. Serves debuggers then, if one may come.
  void begin();
  /// If it was begun, waits until it is done: the linker is ours again.
  void await() const;

private:
  enum class State : uint8_t { NotBegun, Begun, Done };

  static void *run(void *Self);
  void dispose();

  ProgramLinker &Linker;
  std::optional<DebugFile> &ForDebuggers;
  std::atomic<State> Progress = State::NotBegun;
};

} // namespace remoterun::driver

#endif
