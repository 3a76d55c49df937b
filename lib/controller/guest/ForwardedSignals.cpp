//===- ForwardedSignals.cpp - Signals for a guest that is elsewhere -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/guest/ForwardedSignals.h"

#include <sys/signalfd.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// Left to their default actions: what only a fault of our own raises, and
/// what stops who uses a terminal from the background.
constexpr int NotWatched[] = {SIGTTIN, SIGTTOU, SIGSEGV, SIGBUS,
                              SIGILL,  SIGFPE,  SIGTRAP};

/// Nobody presses Ctrl-C again, for want of an effect, before this. An answer
/// takes one round trip.
constexpr std::chrono::milliseconds FirstPatience(1000);

} // namespace

ForwardedSignals::ForwardedSignals() {
  sigemptyset(&Taken);
  sigfillset(&Watched);
  for (int Signal : NotWatched)
    sigdelset(&Watched, Signal);
  pthread_sigmask(SIG_BLOCK, &Watched, &Before);
  Wake = transport::Descriptor(
      ::signalfd(-1, &Watched, SFD_CLOEXEC | SFD_NONBLOCK));
}

ForwardedSignals::~ForwardedSignals() {
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
}

std::optional<ForwardedSignals::Arrival> ForwardedSignals::take() {
  siginfo_t Info;
  timespec AtOnce = {};
  int Number = ::sigtimedwait(&Watched, &Info, &AtOnce);
  if (Number < 0)
    return std::nullopt;
  sigaddset(&Taken, Number);
  return Arrival{Number, Info.si_code == SI_KERNEL};
}

bool ForwardedSignals::wasTaken(int Number) const {
  return sigismember(&Taken, Number) == 1;
}

void ForwardedSignals::noteSent() {
  if (Unanswered++ == 0)
    UnansweredSince = Clock::now();
}

bool ForwardedSignals::noteAnswered() {
  if (Unanswered == 0)
    return false;
  --Unanswered;
  UnansweredSince = Clock::now();
  return true;
}

std::chrono::milliseconds ForwardedSignals::waitedForAnswer() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() -
                                                               UnansweredSince);
}

bool ForwardedSignals::isSentInVain(int Number) const {
  bool Ends = Number == SIGINT || Number == SIGTERM || Number == SIGHUP ||
              Number == SIGQUIT;
  return Ends && !isAnswered() && waitedForAnswer() >= FirstPatience;
}

} // namespace remoterun::controller
