//===- ForwardedSignals.h - Signals for a guest that is elsewhere -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What others send to this process is for the guest. The far end answers to
// each that it is sent (SignalSent of PROTOCOL.md), which tells one that is
// slow from one that is gone.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_GUEST_FORWARDEDSIGNALS_H
#define REMOTERUN_CONTROLLER_GUEST_FORWARDEDSIGNALS_H

#include "transport/Descriptor.h"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>

namespace remoterun::controller {

/// While it lives, all signals that others may send are blocked in the calling
/// thread; no other thread may have them unblocked.
class ForwardedSignals {
public:
  ForwardedSignals();
  ~ForwardedSignals();
  ForwardedSignals(const ForwardedSignals &) = delete;
  ForwardedSignals &operator=(const ForwardedSignals &) = delete;

  struct Arrival {
    int Number;
    bool IsOfKernel; ///< Of the terminal driver, that is.
  };
  /// Readable when there is something to take. Negative where the system has no
  /// signalfd(2) for us: then take() is to be called every LookAgain.
  int descriptor() const { return Wake.get(); }
  static constexpr std::chrono::milliseconds LookAgain{20};
  std::optional<Arrival> take();
  /// Whether it has been taken at some time.
  bool wasTaken(int Number) const;

  void noteSent();
  /// False if there is no signal that this could be the answer to.
  [[nodiscard]] bool noteAnswered();
  bool isAnswered() const { return Unanswered == 0; }
  /// How long the far end owes us an answer.
  std::chrono::milliseconds waitedForAnswer() const;
  /// Whether somebody who sends \p Number now does it again, because the first
  /// has had no effect and never will.
  bool isSentInVain(int Number) const;

private:
  using Clock = std::chrono::steady_clock;

  transport::Descriptor Wake; ///< signalfd(2).
  sigset_t Watched;
  sigset_t Before;
  sigset_t Taken;
  uint64_t Unanswered = 0;
  Clock::time_point UnansweredSince;
};

} // namespace remoterun::controller

#endif
