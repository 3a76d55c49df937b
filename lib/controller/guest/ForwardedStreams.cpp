//===- ForwardedStreams.cpp - Standard streams as messages ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/guest/ForwardedStreams.h"
#include "controller/terminal/StandardStreams.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace remoterun::controller {

using transport::FrameStream;

namespace {

/// Beyond it, standard input waits.
constexpr size_t MostQueued = 1 << 20;

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

ForwardedStreams::ForwardedStreams()
    : Outlets{{OutputSink(STDOUT_FILENO), wire::Stream::Output},
              {OutputSink(STDERR_FILENO), wire::Stream::Error}},
      HasInput(StandardStreams::find().IsOpen[STDIN_FILENO]) {}

const char *ForwardedStreams::take(const wire::Output &Message) {
  Outlet &Into = Outlets[Message.Which == wire::Stream::Output ? 0 : 1];
  if (Into.Sink.error())
    return nullptr;
  Into.Sink.append(Message.Bytes);
  if (Into.Sink.pending() + Into.Written > wire::StreamWindow)
    return "more output than it may";
  return nullptr;
}

const char *ForwardedStreams::take(const wire::InputCredit &Message) {
  if (Message.Bytes > wire::StreamWindow - InputCredit)
    return "credit for more input than it got";
  InputCredit += Message.Bytes;
  return nullptr;
}

void ForwardedStreams::writeOutput(FrameStream *Far) {
  for (Outlet &Each : Outlets) {
    Each.Written += Each.Sink.flush();
    if (!Far)
      continue;
    if (Each.Sink.error() && !Each.WasClosed) {
      Each.WasClosed = true;
      Far->queue(wire::CloseOutput{Each.Which});
    }
    if (Each.Written >= wire::StreamWindow / 4)
      Far->queue(
          wire::OutputCredit{Each.Which, std::exchange(Each.Written, 0)});
  }
}

bool ForwardedStreams::isAllWritten() const {
  return std::ranges::all_of(
      Outlets, [](const Outlet &Each) { return Each.Sink.pending() == 0; });
}

std::optional<Failure> ForwardedStreams::failure() const {
  for (const Outlet &Each : Outlets)
    if (Each.Sink.error() && Each.Sink.error() != EPIPE)
      return Failure{Blame::Internal,
                     std::string("cannot write the program's output: ") +
                         strerror(Each.Sink.error())};
  return std::nullopt;
}

bool ForwardedStreams::wantsInput(const FrameStream &Far) const {
  return HasInput && InputCredit != 0 && Far.maySend() &&
         Far.queuedBytes() < MostQueued && mayRead(STDIN_FILENO);
}

void ForwardedStreams::readInput(FrameStream &Far) {
  if (!wantsInput(Far) || !isReady(STDIN_FILENO))
    return;
  uint8_t Buffer[wire::LargestStreamPart];
  ssize_t Count = ::read(
      STDIN_FILENO, Buffer,
      static_cast<size_t>(std::min<uint64_t>(InputCredit, sizeof(Buffer))));
  if (Count < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  // An error ends it as the end of the file does: there is nothing to read.
  size_t Size = Count > 0 ? static_cast<size_t>(Count) : 0;
  Far.queue(wire::Input{{Buffer, Size}});
  InputCredit -= Size;
  HasInput = Size != 0;
}

size_t ForwardedStreams::poll(std::span<pollfd> Into,
                              const FrameStream *Far) const {
  size_t Count = 0;
  for (const Outlet &Each : Outlets)
    if (Each.Sink.pending() != 0)
      Into[Count++] = {Each.Sink.descriptor(), POLLOUT, 0};
  if (Far && wantsInput(*Far))
    Into[Count++] = {STDIN_FILENO, POLLIN, 0};
  return Count;
}

} // namespace remoterun::controller
