//===- ForwardedGuest.h - A guest whose streams are messages ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Supervision.h does for a guest that is our child, for one that runs
// behind a launcher which passes neither descriptors nor wait statuses through:
// our standard streams are carried to it and back, and so are signals.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_GUEST_FORWARDEDGUEST_H
#define REMOTERUN_CONTROLLER_GUEST_FORWARDEDGUEST_H

#include "controller/guest/ForwardedSignals.h"
#include "controller/guest/ForwardedStreams.h"
#include "controller/guest/Supervision.h"
#include "controller/session/FarMemory.h"
#include "transport/FrameStream.h"
#include "wire/ForwardedMessages.h"

#include <string>

namespace remoterun::controller {

/// Make one before the guest is started. As ForwardedSignals, it is for a
/// thread that has all signals.
class ForwardedGuest {
public:
  ForwardedGuest(const std::optional<TimeLimit> &Limit, int PatienceMs);
  ~ForwardedGuest();
  ForwardedGuest(const ForwardedGuest &) = delete;
  ForwardedGuest &operator=(const ForwardedGuest &) = delete;

  /// Carries everything until the guest has ended and all that it wrote is
  /// written, and the launcher is gone. The crash memory of \p Executor is then
  /// as the guest left it. Does what there is to do once the guest \p Settled.
  /// Serves \p Late, or null.
  Expected<GuestEnd> waitFor(ExecutorProcess &Executor, Settling &Settled,
                             FarMemory *Late);

private:
  /// Why it cannot go on; empty while it can.
  using Trouble = std::optional<Failure>;

  enum class Phase {
    Runs,    ///< Streams and signals go both ways.
    Ended,   ///< It has ended; what it wrote is not all written.
    GivenUp, ///< Nothing more is waited for.
  };
  /// What has become of its time (TimeLimit).
  enum class Time {
    Left,
    Asked,  ///< It was over: the guest may end by itself.
    Killed, ///< That took too long, too.
  };

  Trouble carry(ExecutorProcess &Executor, Settling &Settled);
  void await(const ExecutorProcess &Executor, Settling &Settled);
  void watchSilence(bool IsLauncherGone);
  Trouble receive(ExecutorProcess &Executor);
  Trouble handle(const transport::FrameStream::Frame &Frame,
                 ExecutorProcess &Executor);
  template <typename MessageT>
  const char *actOn(const transport::FrameStream::Frame &Frame);
  const char *act(const wire::Output &Message) { return Streams.take(Message); }
  const char *act(const wire::InputCredit &Message) {
    return Streams.take(Message);
  }
  const char *act(const wire::Stopped &Message);
  const char *act(const wire::Wanted &Message);
  const char *act(const wire::Ended &Message);
  // LateCallers.cpp
  void sendLate();
  void serveCallers();
  /// False if the far end does not answer to them.
  bool takeSignals();
  void forward(int Signal, bool IsOfTerminal);
  void send(int Signal, bool ToGroup);
  void stopWithGuest(int StopSignal);
  void timeIsOver();
  GuestEnd result();
  bool hasLauncherEnded(const ExecutorProcess &Executor) const;
  Failure lost(ExecutorProcess &Executor) const;
  Failure silent(ExecutorProcess &Executor) const;
  Failure broken(const ExecutorProcess &Executor,
                 const std::string &What) const;

  std::optional<TimeLimit> Limit;
  std::optional<Deadline> Next; ///< When the guest gets a signal of ours.
  /// When somebody should have been heard of who was not; empty while nobody
  /// has to say anything.
  std::optional<Deadline> Silence;
  int PatienceMs;
  ForwardedStreams Streams;
  std::optional<transport::FrameStream> Far;
  ForwardedSignals Signals;
  Phase Now = Phase::Runs;
  Time Spent = Time::Left;
  FarMemory *Late = nullptr;
  bool EndsForLate = false;       ///< The guest, since functions cannot come.
  std::optional<wire::Ended> End; ///< Of a guest that was not given up before.
};

} // namespace remoterun::controller

#endif
