//===- StreamRelay.cpp - The guest's standard streams as messages ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/supervisor/StreamRelay.h"
#include "transport/SigpipeGuard.h"
#include "transport/TracedChild.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::executor {

using transport::FrameStream;
using wire::MessageType;
using wire::Stream;

namespace {

constexpr uint64_t LargestPayload = 64 << 10;
/// Enough to keep the line busy; the rest stays with the guest.
constexpr size_t MostQueued = 1 << 20;

} // namespace

StreamRelay::StreamRelay(transport::FrameChannel &Channel, StreamEnds Ends,
                         pid_t Pid, const sigset_t &InheritedMask,
                         LateFunctions *Late)
    : Controller(Channel, transport::FrameChannel::Side::Executor,
                 LargestPayload),
      Outputs{{std::move(Ends.Output), Stream::Output},
              {std::move(Ends.Error), Stream::Error}},
      GuestInput(std::move(Ends.Input)), Guest(Pid), MaskOfWaits(InheritedMask),
      Late(Late) {
  // It may have been blocked by whoever started us.
  sigdelset(&MaskOfWaits, SIGCHLD);
  for (const Source &From : Outputs)
    if (From.Pipe.isOpen())
      transport::makeNonBlocking(From.Pipe.get());
  if (GuestInput.isOpen())
    transport::makeNonBlocking(GuestInput.get());
}

StreamRelay::Source &StreamRelay::source(Stream Which) {
  return Outputs[Which == Stream::Output ? 0 : 1];
}

bool StreamRelay::run() {
  do {
    if (!await())
      return false;
    reap();
    feed();
    for (Source &From : Outputs)
      collect(From);
    // What it has written before it called comes before.
    tellWanted();
    if (!Controller.flush())
      return false;
  } while (!hasAllBeenSent());
  return true;
}

/// Waits until there is something to do, and takes what the controller sent.
bool StreamRelay::await() {
  pollfd Polls[6];
  nfds_t Count = 0;
  Polls[Count++] = {Controller.input(), POLLIN, 0};
  if (Controller.hasQueued())
    Polls[Count++] = {Controller.output(), POLLOUT, 0};
  if (Late)
    Polls[Count++] = {Late->descriptor(), POLLIN, 0};
  for (const Source &From : Outputs)
    if (From.Pipe.isOpen() && From.Credit != 0 &&
        Controller.queuedBytes() < MostQueued)
      Polls[Count++] = {From.Pipe.get(), POLLIN, 0};
  // Without anything pending: whether anybody still reads it.
  if (GuestInput.isOpen())
    Polls[Count++] = {GuestInput.get(),
                      static_cast<short>(Pending.empty() ? 0 : POLLOUT), 0};
  // Of an ended guest only what has arrived counts: nothing is waited for but
  // credit.
  bool MayWait = !HasEnded || Controller.hasQueued() ||
                 std::ranges::any_of(Outputs, [](const Source &From) {
                   return From.Pipe.isOpen() && From.Credit == 0;
                 });
  timespec AtOnce = {};
  if (::ppoll(Polls, Count, MayWait ? nullptr : &AtOnce, &MaskOfWaits) < 0)
    return errno == EINTR;
  if (GuestInput.isOpen() && (Polls[Count - 1].revents & POLLERR)) {
    GuestInput.close();
    Controller.queue(wire::InputClosed());
  }
  return Polls[0].revents == 0 || receive();
}

bool StreamRelay::receive() {
  if (!Controller.read())
    return false;
  for (;;) {
    auto Frame = Controller.take();
    if (!Frame)
      return false;
    if (!*Frame)
      return true;
    if (!handle(**Frame))
      return false;
  }
}

bool StreamRelay::handle(const FrameStream::Frame &Frame) {
  switch (Frame.Type) {
  case MessageType::Input: {
    // What follows the end goes to nobody.
    if (!InputEnds)
      Pending.append(Frame.Payload);
    InputEnds |= Frame.Payload.empty();
    // It may not have sent more than it was granted.
    return Pending.size() + Consumed <= wire::StreamWindow;
  }
  case MessageType::OutputCredit: {
    auto Message = wire::decode<wire::OutputCredit>(Frame.Payload);
    if (!Message)
      return false;
    uint64_t &Credit = source(Message->Which).Credit;
    // More has come back than was sent.
    if (Message->Bytes > wire::StreamWindow - Credit)
      return false;
    Credit += Message->Bytes;
    return true;
  }
  case MessageType::CloseOutput: {
    auto Message = wire::decode<wire::CloseOutput>(Frame.Payload);
    if (Message)
      source(Message->Which).Pipe.close();
    return bool(Message);
  }
  case MessageType::Signal: {
    auto Message = wire::decode<wire::Signal>(Frame.Payload);
    // While it is not reaped, its number is nobody else's.
    if (Message && !HasEnded) {
      auto Number = static_cast<int>(Message->Number);
      if (Message->ToGroup)
        ::kill(-Guest, Number);
      if (!Message->ToGroup || ::getpgid(Guest) != Guest)
        ::kill(Guest, Number);
    }
    Controller.queue(wire::SignalSent());
    return bool(Message);
  }
  case MessageType::EndGroup:
    GroupEnds = true;
    return true;
  case MessageType::Place: {
    auto Message = wire::decode<wire::Place>(Frame.Payload);
    return Message && Late && Late->place(*Message);
  }
  case MessageType::Publish: {
    auto Message = wire::decode<wire::Publish>(Frame.Payload);
    return Message && Late && Late->publish(*Message);
  }
  default:
    return false;
  }
}

/// Takes what the guest has written, as far as there is room for it.
void StreamRelay::collect(Source &From) {
  uint8_t Buffer[1 + wire::LargestStreamPart];
  Buffer[0] = static_cast<uint8_t>(From.Which);
  while (From.Pipe.isOpen() && From.Credit != 0 && From.Left != 0 &&
         Controller.queuedBytes() < MostQueued) {
    auto Most = static_cast<size_t>(
        std::min({From.Credit, From.Left, uint64_t(wire::LargestStreamPart)}));
    ssize_t Count = ::read(From.Pipe.get(), Buffer + 1, Most);
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count < 0 && errno == EAGAIN && !HasEnded)
      return;
    if (Count <= 0) {
      From.Pipe.close();
      return;
    }
    From.Credit -= static_cast<uint64_t>(Count);
    if (HasEnded)
      From.Left -= static_cast<uint64_t>(Count);
    Controller.queue(MessageType::Output,
                     {Buffer, 1 + static_cast<size_t>(Count)});
  }
  if (From.Left == 0)
    From.Pipe.close();
}

/// What its children write later has nobody to go to, and may have no end.
void StreamRelay::noteEnd() {
  HasEnded = true;
  for (Source &From : Outputs) {
    int Bytes = 0;
    if (From.Pipe.isOpen() && ::ioctl(From.Pipe.get(), FIONREAD, &Bytes) == 0)
      From.Left = static_cast<uint64_t>(Bytes);
  }
}

/// Gives the guest what it has room for of its standard input.
void StreamRelay::feed() {
  transport::SigpipeGuard Guard;
  while (GuestInput.isOpen() && !Pending.empty()) {
    ssize_t Count = ::write(GuestInput.get(), Pending.front().data(),
                            Pending.front().size());
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count < 0 && errno == EAGAIN)
      break;
    if (Count < 0) {
      if (errno == EPIPE)
        Guard.noteBrokenPipe();
      GuestInput.close();
      Controller.queue(wire::InputClosed());
      break;
    }
    Pending.drop(static_cast<size_t>(Count));
    Consumed += static_cast<uint64_t>(Count);
  }
  if (!GuestInput.isOpen())
    Pending.drop(Pending.size());
  else if (InputEnds && Pending.empty())
    GuestInput.close();
  if (Consumed >= wire::StreamWindow / 4)
    Controller.queue(wire::InputCredit{std::exchange(Consumed, 0)});
}

void StreamRelay::reap() {
  auto Sees = [&](siginfo_t &Change, int Changes) {
    Change = {};
    return ::waitid(P_PID, static_cast<id_t>(Guest), &Change,
                    Changes | WNOHANG) == 0 &&
           Change.si_pid == Guest;
  };
  siginfo_t Change;
  while (!HasEnded && Sees(Change, WEXITED | WSTOPPED | WNOWAIT)) {
    if (Change.si_code != CLD_STOPPED && Change.si_code != CLD_TRAPPED) {
      // While the guest is not reaped, its number is nobody else's.
      if (GroupEnds)
        ::kill(-Guest, SIGKILL);
      ::wait4(Guest, &RawStatus, 0, &Usage);
      noteEnd();
    } else if (Sees(Change, WSTOPPED)) {
      if (Change.si_code == CLD_TRAPPED)
        transport::letGo(Guest, Change.si_status);
      else
        Controller.queue(
            wire::Stopped{static_cast<uint32_t>(Change.si_status)});
    }
  }
}

void StreamRelay::tellWanted() {
  if (!Late)
    return;
  if (wire::Wanted Message = Late->takeWanted(); !Message.Functions.empty())
    Controller.queue(Message);
}

bool StreamRelay::hasAllBeenSent() const {
  return HasEnded && !Outputs[0].Pipe.isOpen() && !Outputs[1].Pipe.isOpen() &&
         !Controller.hasQueued();
}

void StreamRelay::finish(const wire::Ended &Message) {
  Controller.queue(Message);
  pollfd Poll = {Controller.output(), POLLOUT, 0};
  while (Controller.flush() && Controller.hasQueued())
    ::poll(&Poll, 1, -1);
}

void StreamRelay::serveCallers() {
  // Nobody wakes us but the controller.
  constexpr int LookAgainMs = 50;
  pollfd Poll = {Controller.input(), POLLIN, 0};
  do {
    tellWanted();
    if (!Controller.flush())
      return;
    if (::poll(&Poll, 1, LookAgainMs) > 0 && !receive())
      return;
  } while (Late->hasCallers());
}

} // namespace remoterun::executor
