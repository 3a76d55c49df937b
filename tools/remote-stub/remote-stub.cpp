//===- remote-stub.cpp - The executor's binary ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/base/OwnMemory.h"
#include "executor/session/Executor.h"
#include "executor/supervisor/Supervisor.h"
#include "wire/Frame.h"

#include <cstdio>

using namespace remoterun;

int main(int Count, char **Values, char **Environment) {
  executor::useOwnMemory();
  auto Process = executor::ProcessArguments::ofMain(Count, Values, Environment);
  auto Session = executor::takeStartup(Process);
  if (!Session && executor::isSupervisor(Process))
    executor::supervise(Process);
  if (!Session)
    Session = executor::takeStandardStreams(Process);
  if (!Session) {
    std::fprintf(stderr,
                 "remote-stub: error: no session: this program is the executor "
                 "of remote-run (protocol version %u), which starts it; run "
                 "'remote-run prog.bc' instead\n",
                 wire::ProtocolVersion);
    return executor::SessionFailedStatus;
  }
  executor::serve(std::move(*Session), Process);
  return executor::SessionFailedStatus;
}
