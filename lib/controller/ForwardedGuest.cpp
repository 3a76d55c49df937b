//===- ForwardedGuest.cpp - A guest whose streams are messages ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/ForwardedGuest.h"
#include "controller/Children.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::controller {

using transport::ChannelError;
using transport::FrameStream;
using wire::MessageType;
using wire::Stream;

namespace {

constexpr Stream OutputStreams[] = {Stream::Output, Stream::Error};

constexpr uint64_t LargestPayload = 128 << 10;
/// Beyond it, standard input waits.
constexpr size_t MostQueued = 1 << 20;
/// After the guest's end, how long the launcher may take for its own.
constexpr int LauncherEndMs = 2000;

size_t indexOf(Stream Which) { return Which == Stream::Output ? 0 : 1; }

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

/// Whether there is something to read.
bool isReady(int Number) {
  pollfd Poll = {Number, POLLIN, 0};
  return ::poll(&Poll, 1, 0) > 0;
}

/// A process in the background that reads its terminal is stopped for it
/// (termios(3), SIGTTIN): one in the foreground gets what is typed.
bool mayRead(int Number) {
  pid_t Foreground = ::tcgetpgrp(Number);
  return Foreground < 0 || Foreground == ::getpgrp();
}

} // namespace

ForwardedGuest::ForwardedGuest(const std::optional<TimeLimit> &Limit,
                               int PatienceMs)
    : Limit(Limit), PatienceMs(PatienceMs),
      Sinks{OutputSink(STDOUT_FILENO), OutputSink(STDERR_FILENO)},
      HasInput(Streams.IsOpen[STDIN_FILENO]) {
  if (Limit)
    Next = Limit->End;
}

ForwardedGuest::~ForwardedGuest() {
  // What came for a guest that was gone is no longer for anybody.
  if (End)
    takeSignals();
}

Expected<GuestEnd> ForwardedGuest::waitFor(ExecutorProcess &Executor) {
  Far.emplace(Executor.channel(), transport::FrameChannel::Side::Controller,
              LargestPayload);
  if (Trouble Found = carry(Executor)) {
    endChildren();
    Executor.noteReaped();
    return *Found;
  }
  Far->close();
  // It has nothing left to do; one that stays is ended.
  if (GaveUp || !Executor.waitFor(LauncherEndMs))
    endChildren();
  Executor.noteReaped();

  GuestEnd Result;
  Result.TimedOut = TimedOut;
  if (!End) {
    Result.Status = WaitStatus::fromRaw(SIGKILL);
    return Result;
  }
  int Code = static_cast<int>(End->Code);
  Result.Status = WaitStatus::fromRaw(
      End->Signaled ? Code | (End->DumpedCore ? WCOREFLAG : 0)
                    : W_EXITCODE(Code, 0));
  takeSignals();
  Result.SignalReachedUs = End->Signaled && !TimedOut && Signals.wasTaken(Code);
  Result.Usage = usageOf(*End);
  return Result;
}

ForwardedGuest::Trouble ForwardedGuest::carry(ExecutorProcess &Executor) {
  for (;;) {
    for (Stream Which : OutputStreams)
      writeOutput(Which);
    // Who takes nothing any more may have told the guest's end already.
    if (!Far->flush())
      Far->closeOutput();
    bool IsWritten = Sinks[0].pending() == 0 && Sinks[1].pending() == 0;
    if (GaveUp || (End && IsWritten))
      break;
    IsGone = IsGone || (!End && hasLauncherEnded(Executor));
    await();
    // Answers come before questions, where we were stopped in between.
    if (!End)
      if (Trouble Found = receive(Executor))
        return Found;
    takeSignals();
    if (HasInput && !End)
      readInput();
    if (WentSilent && !End)
      return IsGone || !Far->maySend() ? lost(Executor) : silent(Executor);
  }
  for (const OutputSink &Sink : Sinks)
    if (Sink.error() && Sink.error() != EPIPE)
      return Failure{Blame::Internal,
                     std::string("cannot write the program's output: ") +
                         strerror(Sink.error())};
  return std::nullopt;
}

/// Waits until there is something to do.
void ForwardedGuest::await() {
  pollfd Polls[6];
  nfds_t Count = 0;
  Polls[Count++] = {Signals.descriptor(), POLLIN, 0};
  for (const OutputSink &Sink : Sinks)
    if (Sink.pending() != 0)
      Polls[Count++] = {Sink.descriptor(), POLLOUT, 0};
  if (!End) {
    Polls[Count++] = {Far->input(), POLLIN, 0};
    if (Far->hasQueued())
      Polls[Count++] = {Far->output(), POLLOUT, 0};
    if (wantsInput())
      Polls[Count++] = {STDIN_FILENO, POLLIN, 0};
  }
  std::optional<Deadline> Until = longestSilence();
  if (Next && (!Until || *Next < *Until))
    Until = Next;
  timespec Left;
  if (Until)
    Left = Until->left();
  int Ready = ::ppoll(Polls, Count, Until ? &Left : nullptr, nullptr);
  if (Ready == 0 && !End)
    waitedInVain();
}

/// Where nobody listens any more, what is still to be said does not take long;
/// and somebody else may have the pipe, so that it never ends. Who listens
/// answers to signals.
std::optional<Deadline> ForwardedGuest::longestSilence() const {
  if (End || (!IsGone && Far->maySend() && (Signals.isAnswered() || TimedOut)))
    return std::nullopt;
  return Deadline(
      Deadline::Clock::now(),
      std::chrono::milliseconds(IsGone ? LauncherEndMs : PatienceMs));
}

void ForwardedGuest::waitedInVain() {
  if (Next && Next->isOver())
    timeIsOver();
  else
    WentSilent = true;
}

bool ForwardedGuest::wantsInput() const {
  return HasInput && InputCredit != 0 && Far->maySend() &&
         Far->queuedBytes() < MostQueued && mayRead(STDIN_FILENO);
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
    if (End)
      return std::nullopt;
  }
  if (!Read)
    return lost(Executor);
  return std::nullopt;
}

ForwardedGuest::Trouble ForwardedGuest::handle(const FrameStream::Frame &Frame,
                                               ExecutorProcess &Executor) {
  switch (Frame.Type) {
  case MessageType::Output: {
    auto Message = wire::decode<wire::Output>(Frame.Payload);
    if (!Message)
      return broken(Executor, Message.error().Why);
    OutputSink &Into = sink(Message->Which);
    if (Into.error())
      return std::nullopt;
    Into.append(Message->Bytes);
    if (Into.pending() + Written[indexOf(Message->Which)] > wire::StreamWindow)
      return broken(Executor, "more output than it may");
    return std::nullopt;
  }
  case MessageType::InputCredit: {
    auto Message = wire::decode<wire::InputCredit>(Frame.Payload);
    if (!Message)
      return broken(Executor, Message.error().Why);
    if (Message->Bytes > wire::StreamWindow - InputCredit)
      return broken(Executor, "credit for more input than it got");
    InputCredit += Message->Bytes;
    return std::nullopt;
  }
  case MessageType::InputClosed:
    HasInput = false;
    return std::nullopt;
  case MessageType::SignalSent:
    if (!Signals.noteAnswered())
      return broken(Executor, "an answer to a signal that it was not sent");
    return std::nullopt;
  case MessageType::Stopped: {
    auto Message = wire::decode<wire::Stopped>(Frame.Payload);
    if (!Message)
      return broken(Executor, Message.error().Why);
    stopWithGuest(static_cast<int>(Message->Signal));
    return std::nullopt;
  }
  case MessageType::Ended: {
    auto Message = wire::decode<wire::Ended>(Frame.Payload);
    if (!Message)
      return broken(Executor, Message.error().Why);
    End = *Message;
    Executor.crashMemory().fill(End->CrashMemory);
    End->CrashMemory = {};
    Next.reset();
    return std::nullopt;
  }
  default:
    return broken(Executor, std::string(wire::messageName(Frame.Type)) +
                                " while the program ran");
  }
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

void ForwardedGuest::readInput() {
  if (!wantsInput() || !isReady(STDIN_FILENO))
    return;
  uint8_t Buffer[wire::LargestStreamPart];
  ssize_t Count = ::read(
      STDIN_FILENO, Buffer,
      static_cast<size_t>(std::min<uint64_t>(InputCredit, sizeof(Buffer))));
  if (Count < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  // An error ends it as the end of the file does: there is nothing to read.
  size_t Size = Count > 0 ? static_cast<size_t>(Count) : 0;
  Far->queue(wire::Input{{Buffer, Size}});
  InputCredit -= Size;
  HasInput = Size != 0;
}

void ForwardedGuest::writeOutput(Stream Which) {
  OutputSink &Into = sink(Which);
  size_t Index = indexOf(Which);
  Written[Index] += Into.flush();
  if (End)
    return;
  if (Into.error() && !WasClosed[Index]) {
    WasClosed[Index] = true;
    Far->queue(wire::CloseOutput{Which});
  }
  if (Written[Index] >= wire::StreamWindow / 4)
    Far->queue(wire::OutputCredit{Which, std::exchange(Written[Index], 0)});
}

//===----------------------------------------------------------------------===//
// Signals and time
//===----------------------------------------------------------------------===//

void ForwardedGuest::takeSignals() {
  while (auto Arrived = Signals.take()) {
    int Signal = Arrived->Number;
    if (Signal == SIGCHLD)
      continue;
    if (!End) {
      WentSilent |= Signals.isSentInVain(Signal);
      forward(Signal, Arrived->IsOfKernel);
    }
    // The guest is gone, and who has to read what is left does not.
    else if (Sinks[0].pending() != 0 || Sinks[1].pending() != 0)
      GaveUp |= Signal != SIGCONT && Signal != SIGWINCH && Signal != SIGURG;
  }
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
  if (TimedOut || (Limit && StopSignal == SIGSTOP))
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
  auto Now = Deadline::Clock::now();
  if (WasKilled) {
    GaveUp = true;
    return;
  }
  bool WasAsked = std::exchange(TimedOut, true);
  if (WasAsked || Limit->KillAfter.count() == 0) {
    WasKilled = true;
    send(SIGKILL, /*ToGroup=*/true);
    Next = Deadline(Now, std::chrono::milliseconds(PatienceMs));
    return;
  }
  Far->queue(wire::EndGroup());
  send(SIGTERM, /*ToGroup=*/true);
  // It may be stopped.
  send(SIGCONT, /*ToGroup=*/true);
  Next = Deadline(Now, Limit->KillAfter);
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

Failure ForwardedGuest::silent(const ExecutorProcess &Executor) const {
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
