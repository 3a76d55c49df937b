//===- LateCallers.cpp - Late functions for a guest behind messages -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/guest/ForwardedGuest.h"

#include <csignal>
#include <poll.h>

namespace remoterun::controller {

using wire::MessageType;

/// As much as keeps the line busy: what is wanted next is not to wait for more.
void ForwardedGuest::sendLate() {
  constexpr size_t MostQueued = 128 << 10;
  Late->noteWoken();
  if (Late->mustGuestEnd() && !std::exchange(EndsForLate, true))
    send(SIGKILL, /*ToGroup=*/false);
  while (Far->queuedBytes() < MostQueued) {
    auto Next = Late->takeMessage();
    if (!Next)
      return;
    Far->queue(Next->Type, Next->Payload);
  }
}

/// The guest has ended, and its children may call what is not there: they get
/// everything, unless they are gone before, or nobody here wants to wait.
void ForwardedGuest::serveCallers() {
  constexpr std::chrono::minutes Longest(10);
  constexpr int LookAgainMs = 50;
  const Deadline Over(Deadline::Clock::now(), Longest);
  while (!Over.isOver()) {
    // What is asked of it before its messages are taken is among these.
    const bool HasAll = Late->hasAll();
    sendLate();
    if (!Far->flush() || EndsForLate || (HasAll && !Far->hasQueued()))
      return;
    pollfd Polls[] = {{Far->input(), POLLIN, 0},
                      {Late->descriptor(), POLLIN, 0},
                      {Signals.descriptor(), POLLIN, 0},
                      {Far->hasQueued() ? Far->output() : -1, POLLOUT, 0}};
    ::poll(Polls, std::size(Polls), LookAgainMs);
    while (auto Arrived = Signals.take())
      if (int Signal = Arrived->Number; Signal == SIGINT || Signal == SIGTERM ||
                                        Signal == SIGHUP || Signal == SIGQUIT)
        return;
    if (Polls[0].revents == 0)
      continue;
    bool IsThere = bool(Far->read());
    for (;;) {
      auto Frame = Far->take();
      if (!Frame)
        return;
      if (!*Frame)
        break;
      if ((*Frame)->Type != MessageType::Wanted)
        return;
      auto Message = wire::decode<wire::Wanted>((*Frame)->Payload);
      if (!Message || Late->take(*Message))
        return;
    }
    if (!IsThere)
      return;
  }
}

} // namespace remoterun::controller
