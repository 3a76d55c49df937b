//===- OpenService.cpp - A process that is there for modules --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/OpenService.h"
#include "executor/base/Libc.h"
#include "executor/base/OwnMemory.h"
#include "executor/base/ParentTie.h"
#include "executor/crash/CrashHandler.h"
#include "executor/open/LastWords.h"
#include "executor/open/OpenSession.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

namespace remoterun::executor {

using transport::FrameChannel;

namespace {

/// A call may go on for ever, and nobody reads requests meanwhile: a thread
/// that does nothing else waits for the controller to hang up, and a moment
/// longer, for what comes to its end by itself.
bool endWithController(const FrameChannel &Channel) {
  auto Watch = [](void *Input) -> void * {
    pollfd Hangup = {static_cast<int>(reinterpret_cast<intptr_t>(Input)),
                     POLLRDHUP, 0};
    while (::poll(&Hangup, 1, -1) < 0 && errno == EINTR)
      continue;
    const timespec Moment = {1, 0};
    ::nanosleep(&Moment, nullptr);
    ::kill(::getpid(), SIGKILL);
    return nullptr;
  };
  sigset_t All, Before;
  sigfillset(&All);
  ::sigprocmask(SIG_SETMASK, &All, &Before);
  pthread_t Thread;
  int Error = libc.pthread_create(
      &Thread, nullptr, Watch,
      reinterpret_cast<void *>(static_cast<intptr_t>(Channel.input())));
  ::sigprocmask(SIG_SETMASK, &Before, nullptr);
  return Error == 0;
}

} // namespace

Failure serveOpen(FrameChannel &Channel, ExecutorRange Slab) {
  constexpr uint32_t MostThreads = 256;
  shareOwnMemory();
  // A library's controller may start us on a thread that ends before we do.
  untieFromParent();
  if (!endWithController(Channel))
    return failure("there can be no thread that ends us with the controller");
  const bool SharesMemory = hasCrashMemory();
  if (!SharesMemory)
    tellOfCrashes(sendLastWords);
  prepareCrashHandler();
  installCrashHandler();
  completeCrashHandler();
  Exports None;
  OpenSession Session(Channel, Slab, None,
                      {.Threads = MostThreads, .HasLastWords = !SharesMemory});
  if (auto Begun = Session.begin(); !Begun)
    return Begun.error();
  for (;;)
    if (auto Served = Session.serveOne(); !Served)
      return Served.error();
}

} // namespace remoterun::executor
