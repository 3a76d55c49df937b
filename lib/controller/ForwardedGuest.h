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

#ifndef REMOTERUN_CONTROLLER_FORWARDEDGUEST_H
#define REMOTERUN_CONTROLLER_FORWARDEDGUEST_H

#include "controller/ForwardedSignals.h"
#include "controller/OutputSink.h"
#include "controller/StandardStreams.h"
#include "controller/Supervision.h"
#include "transport/FrameStream.h"
#include "wire/ForwardedMessages.h"

#include <poll.h>
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
  /// as the guest left it.
  Expected<GuestEnd> waitFor(ExecutorProcess &Executor);

private:
  /// Why it cannot go on; empty while it can.
  using Trouble = std::optional<Failure>;

  Trouble carry(ExecutorProcess &Executor);
  void await();
  std::optional<Deadline> longestSilence() const;
  void waitedInVain();
  Trouble receive(ExecutorProcess &Executor);
  Trouble handle(const transport::FrameStream::Frame &Frame,
                 ExecutorProcess &Executor);
  void readInput();
  void writeOutput(wire::Stream Which);
  void takeSignals();
  void forward(int Signal, bool IsOfTerminal);
  void send(int Signal, bool ToGroup);
  void stopWithGuest(int StopSignal);
  void timeIsOver();
  bool hasLauncherEnded(const ExecutorProcess &Executor) const;
  Failure lost(ExecutorProcess &Executor) const;
  Failure silent(const ExecutorProcess &Executor) const;
  Failure broken(const ExecutorProcess &Executor,
                 const std::string &What) const;
  bool wantsInput() const;
  OutputSink &sink(wire::Stream Which) {
    return Sinks[Which == wire::Stream::Output ? 0 : 1];
  }

  std::optional<TimeLimit> Limit;
  std::optional<Deadline> Next; ///< When the guest gets a signal of ours.
  int PatienceMs;
  StandardStreams Streams = StandardStreams::find();
  OutputSink Sinks[2];
  uint64_t Written[2] = {}; ///< Since the last credit.
  bool WasClosed[2] = {};   ///< The far end knows that a sink takes no more.
  uint64_t InputCredit = wire::StreamWindow;
  bool HasInput;
  std::optional<transport::FrameStream> Far;
  ForwardedSignals Signals;
  std::optional<wire::Ended> End;
  bool TimedOut = false;
  bool WasKilled = false;  ///< By us.
  bool GaveUp = false;     ///< Nothing more is waited for.
  bool IsGone = false;     ///< The launcher.
  bool WentSilent = false; ///< The far end, of which something was expected.
};

} // namespace remoterun::controller

#endif
