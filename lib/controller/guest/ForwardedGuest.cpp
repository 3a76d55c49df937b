//===- ForwardedGuest.cpp - A guest whose streams are messages ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/guest/ForwardedGuest.h"
#include "controller/process/Children.h"

#include <csignal>
#include <poll.h>
#include <span>
#include <sys/wait.h>
#include <utility>

namespace remoterun::controller {

using transport::FrameStream;
using wire::MessageType;

namespace {

constexpr uint64_t LargestPayload = 128 << 10;
/// After the guest's end, how long the launcher may take for its own.
constexpr int LauncherEndMs = 2000;

rusage usageOf(const wire::Ended &End) {
  auto Time = [](uint64_t Microseconds) {
    return timeval{static_cast<time_t>(Microseconds / 1000000),
                   static_cast<suseconds_t>(Microseconds % 1000000)};
  };
  rusage Usage = {};
  Usage.ru_utime = Time(End.UserUs);
  Usage.ru_stime = Time(End.SystemUs);
  Usage.ru_maxrss = static_cast<long>(End.PeakKiB);
  return Usage;
}

} // namespace

ForwardedGuest::ForwardedGuest(const std::optional<TimeLimit> &Limit,
                               int PatienceMs)
    : Limit(Limit), PatienceMs(PatienceMs) {
  if (Limit)
    Next = Limit->End;
}

ForwardedGuest::~ForwardedGuest() {
  // What came for a guest that was gone is no longer for anybody.
  if (End)
    takeSignals();
}

Expected<GuestEnd> ForwardedGuest::waitFor(ExecutorProcess &Executor,
                                           Settling &Settled,
                                           FarMemory *Functions) {
  Late = Functions;
  Far.emplace(Executor.channel(), transport::FrameChannel::Side::Controller,
              LargestPayload);
  if (Trouble Found = carry(Executor, Settled)) {
    endChildren();
    Executor.noteReaped();
    return *Found;
  }
  if (End && End->LeavesCallers && Late)
    serveCallers();
  Far->close();
  // It has nothing left to do; one that stays is ended.
  if (Now == Phase::GivenUp || !Executor.waitFor(LauncherEndMs))
    endChildren();
  Executor.noteReaped();
  return result();
}

GuestEnd ForwardedGuest::result() {
  GuestEnd Result;
  Result.TimedOut = Spent != Time::Left;
  if (!End) {
    Result.Status = WaitStatus::fromRaw(SIGKILL);
    return Result;
  }
  int Code = static_cast<int>(End->Code);
  Result.Status = WaitStatus::fromRaw(
      End->Signaled ? Code | (End->DumpedCore ? WCOREFLAG : 0)
                    : W_EXITCODE(Code, 0));
  takeSignals();
  Result.SignalReachedUs =
      End->Signaled && Spent == Time::Left && Signals.wasTaken(Code);
  Result.Usage = usageOf(*End);
  return Result;
}

ForwardedGuest::Trouble ForwardedGuest::carry(ExecutorProcess &Executor,
                                              Settling &Settled) {
  for (;;) {
    Streams.writeOutput(Now == Phase::Runs ? &*Far : nullptr);
    if (Now == Phase::Runs && Late)
      sendLate();
    // Who takes nothing any more may have told the guest's end already.
    if (!Far->flush())
      Far->closeOutput();
    if (Now == Phase::GivenUp ||
        (Now == Phase::Ended && Streams.isAllWritten()))
      return Streams.failure();
    await(Executor, Settled);
    // Answers come before questions, where we were stopped in between.
    if (Now == Phase::Runs)
      if (Trouble Found = receive(Executor))
        return Found;
    if (!takeSignals())
      return silent(Executor);
    if (Now != Phase::Runs)
      continue;
    Streams.readInput(*Far);
    if (Next && Next->isOver())
      timeIsOver();
    else if (Silence && Silence->isOver())
      return silent(Executor);
  }
}

/// Waits until there is something to do.
void ForwardedGuest::await(const ExecutorProcess &Executor, Settling &Settled) {
  bool Runs = Now == Phase::Runs;
  pollfd Polls[4 + ForwardedStreams::MostPolled];
  nfds_t Count = 0;
  pollfd &FromFar = Polls[Count++];
  FromFar = {Runs ? Far->input() : -1, POLLIN, 0};
  Polls[Count++] = {Signals.descriptor(), POLLIN, 0};
  if (Runs && Far->hasQueued())
    Polls[Count++] = {Far->output(), POLLOUT, 0};
  if (Runs && Late)
    Polls[Count++] = {Late->descriptor(), POLLIN, 0};
  Count +=
      Streams.poll(std::span(Polls).subspan(Count), Runs ? &*Far : nullptr);
  watchSilence(Runs && hasLauncherEnded(Executor));
  std::optional<Deadline> Until = Silence;
  if (Next && (!Until || *Next < *Until))
    Until = Next;
  Deadline Look(Deadline::Clock::now(), ForwardedSignals::LookAgain);
  if (Signals.descriptor() < 0 && (!Until || Look < *Until))
    Until = Look;
  Until = Settled.before(Until);
  timespec Left;
  if (Until)
    Left = Until->left();
  if (::ppoll(Polls, Count, Until ? &Left : nullptr, nullptr) > 0 &&
      FromFar.revents != 0)
    Silence.reset();
  Settled.act();
}

/// Where nobody listens any more, what is still to be said does not take long;
/// and somebody else may have the pipe, so that it never ends. Who listens
/// answers to signals. The time counts from when it was last heard of, whatever
/// happens here meanwhile.
void ForwardedGuest::watchSilence(bool IsLauncherGone) {
  bool OwesAnswer = !Signals.isAnswered() && Spent == Time::Left;
  bool HasToSpeak = IsLauncherGone || !Far->maySend() || OwesAnswer;
  if (Now != Phase::Runs || !HasToSpeak) {
    Silence.reset();
    return;
  }
  Deadline Latest(
      Deadline::Clock::now(),
      std::chrono::milliseconds(IsLauncherGone ? LauncherEndMs : PatienceMs));
  if (!Silence || Latest < *Silence)
    Silence = Latest;
}

ForwardedGuest::Trouble ForwardedGuest::receive(ExecutorProcess &Executor) {
  auto Read = Far->read();
  for (;;) {
    auto Frame = Far->take();
    if (!Frame)
      return broken(Executor, Frame.error().Why);
    if (!*Frame)
      break;
    if (Trouble Found = handle(**Frame, Executor))
      return Found;
    if (Now != Phase::Runs)
      return std::nullopt;
  }
  if (!Read)
    return lost(Executor);
  return std::nullopt;
}

/// The rule that a message breaks; null if none.
template <typename MessageT>
const char *ForwardedGuest::actOn(const FrameStream::Frame &Frame) {
  auto Message = wire::decode<MessageT>(Frame.Payload);
  return Message ? act(*Message) : Message.error().Why;
}

const char *ForwardedGuest::act(const wire::Stopped &Message) {
  stopWithGuest(static_cast<int>(Message.Signal));
  return nullptr;
}

const char *ForwardedGuest::act(const wire::Wanted &Message) {
  return Late ? Late->take(Message) : "a call of late functions without any";
}

const char *ForwardedGuest::act(const wire::Ended &Message) {
  if (Message.LeavesCallers && !Late)
    return "callers of late functions without any";
  End = Message;
  Now = Phase::Ended;
  Next.reset();
  return nullptr;
}

ForwardedGuest::Trouble ForwardedGuest::handle(const FrameStream::Frame &Frame,
                                               ExecutorProcess &Executor) {
  const char *Broken = nullptr;
  switch (Frame.Type) {
  case MessageType::Output:
    Broken = actOn<wire::Output>(Frame);
    break;
  case MessageType::InputCredit:
    Broken = actOn<wire::InputCredit>(Frame);
    break;
  case MessageType::InputClosed:
    Streams.closeInput();
    break;
  case MessageType::SignalSent:
    if (!Signals.noteAnswered())
      Broken = "an answer to a signal that it was not sent";
    break;
  case MessageType::Stopped:
    Broken = actOn<wire::Stopped>(Frame);
    break;
  case MessageType::Wanted:
    Broken = actOn<wire::Wanted>(Frame);
    break;
  case MessageType::Ended:
    Broken = actOn<wire::Ended>(Frame);
    if (End)
      Executor.crashMemory().fill(
          std::exchange(End->CrashMemory, std::string_view()));
    break;
  default:
    return broken(Executor, std::string(wire::messageName(Frame.Type)) +
                                " while the program ran");
  }
  if (Broken)
    return broken(Executor, Broken);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Signals and time
//===----------------------------------------------------------------------===//

bool ForwardedGuest::takeSignals() {
  bool IsAnswered = true;
  while (auto Arrived = Signals.take()) {
    int Signal = Arrived->Number;
    if (Signal == SIGCHLD)
      continue;
    // We were stopped, and nobody could be heard of meanwhile.
    if (Signal == SIGCONT)
      Silence.reset();
    if (Now == Phase::Runs) {
      IsAnswered &= !Signals.isSentInVain(Signal);
      forward(Signal, Arrived->IsOfKernel);
      continue;
    }
    // The guest is gone, and who has to read what is left does not.
    bool IsForEnd = Signal != SIGCONT && Signal != SIGWINCH && Signal != SIGURG;
    if (IsForEnd && !Streams.isAllWritten())
      Now = Phase::GivenUp;
  }
  return IsAnswered;
}

/// The terminal driver and job control mean the whole process group.
void ForwardedGuest::forward(int Signal, bool IsOfTerminal) {
  if (!Far || Signal > 64)
    return;
  bool ToGroup =
      IsOfTerminal || Limit || Signal == SIGTSTP || Signal == SIGCONT;
  send(Signal, ToGroup);
}

void ForwardedGuest::send(int Signal, bool ToGroup) {
  Far->queue(wire::Signal{static_cast<uint32_t>(Signal), ToGroup});
  Signals.noteSent();
}

/// The guest stopped: so do we, and it goes on when we do. Its terminal and its
/// process group are not ours, so what the kernel says of job control is what
/// it says to us (POSIX.1-2017, 11.1.4: it is discarded where nobody does any).
void ForwardedGuest::stopWithGuest(int StopSignal) {
  // Nobody might continue us, and its time passes.
  if (Spent != Time::Left || (Limit && StopSignal == SIGSTOP))
    return;
  if (StopSignal != SIGSTOP)
    StopSignal = SIGTSTP;
  sigset_t Stop, Blocked;
  sigemptyset(&Stop);
  sigaddset(&Stop, StopSignal);
  ::raise(StopSignal);
  pthread_sigmask(SIG_UNBLOCK, &Stop, &Blocked);
  pthread_sigmask(SIG_SETMASK, &Blocked, nullptr);
  // What has continued us is forwarded like any other signal.
  sigset_t Pending;
  if (sigpending(&Pending) != 0 || !sigismember(&Pending, SIGCONT))
    send(SIGCONT, /*ToGroup=*/true);
}

void ForwardedGuest::timeIsOver() {
  auto Start = Deadline::Clock::now();
  // What follows is another reason to be heard of.
  Silence.reset();
  if (Spent == Time::Killed) {
    Now = Phase::GivenUp;
    return;
  }
  if (Spent == Time::Asked || Limit->KillAfter.count() == 0) {
    Spent = Time::Killed;
    send(SIGKILL, /*ToGroup=*/true);
    Next = Deadline(Start, std::chrono::milliseconds(PatienceMs));
    return;
  }
  Spent = Time::Asked;
  Far->queue(wire::EndGroup());
  send(SIGTERM, /*ToGroup=*/true);
  // It may be stopped.
  send(SIGCONT, /*ToGroup=*/true);
  Next = Deadline(Start, Limit->KillAfter);
}

//===----------------------------------------------------------------------===//
// The launcher
//===----------------------------------------------------------------------===//

bool ForwardedGuest::hasLauncherEnded(const ExecutorProcess &Executor) const {
  siginfo_t Info = {};
  return ::waitid(P_PID, static_cast<id_t>(Executor.pid()), &Info,
                  WEXITED | WNOHANG | WNOWAIT) == 0 &&
         Info.si_pid != 0;
}

Failure ForwardedGuest::lost(ExecutorProcess &Executor) const {
  constexpr int EndAfterHangupMs = 1000;
  auto Ended = Executor.waitFor(EndAfterHangupMs);
  return {Blame::Executor, Executor.describe() + " " +
                               (Ended ? Ended->describe() : "hung up") +
                               " while the program ran"};
}

Failure ForwardedGuest::silent(ExecutorProcess &Executor) const {
  if (hasLauncherEnded(Executor) || !Far->maySend())
    return lost(Executor);
  auto Waited = std::to_string(Signals.waitedForAnswer().count());
  return {Blame::Executor, Executor.describe() +
                               " did not answer to a signal for " + Waited +
                               " ms while the program ran"};
}

Failure ForwardedGuest::broken(const ExecutorProcess &Executor,
                               const std::string &What) const {
  return {Blame::Protocol,
          "protocol error: " + Executor.describe() + " sent " + What};
}

} // namespace remoterun::controller
