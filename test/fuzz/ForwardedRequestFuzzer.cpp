//===- ForwardedRequestFuzzer.cpp - Any frames to a running guest's streams
//===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plays a controller to the supervisor of a guest that runs. The guest has
// written something to both its outputs, and is found dead when the input has
// been read: one that is refused never comes to that.
//
//===----------------------------------------------------------------------===//

#include "FrameStream.h"
#include "FuzzTarget.h"
#include "executor/supervisor/StreamRelay.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace remoterun;
using namespace remoterun::fuzz;
using transport::Descriptor;
using transport::FrameChannel;
using wire::MessageType;
using wire::Stream;

namespace {

constexpr char Written[] = "some text that the guest wrote\n";

void ignoreIt(int) {}

/// As StreamRelay.h demands it. Returns what is blocked otherwise.
sigset_t watchChildren() {
  struct sigaction Watch = {};
  Watch.sa_handler = ignoreIt;
  ::sigaction(SIGCHLD, &Watch, nullptr);
  sigset_t OfChildren, Before;
  sigemptyset(&OfChildren);
  sigaddset(&OfChildren, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &OfChildren, &Before);
  sigdelset(&Before, SIGCHLD);
  return Before;
}

/// A process that ends at once; until it is reaped its number is its own, and
/// signals for it reach nobody.
pid_t deadGuest() {
  pid_t Guest = ::vfork();
  if (Guest == 0)
    ::_exit(0);
  require(Guest > 0);
  siginfo_t Info;
  // The driver's clock interrupts it.
  while (::waitid(P_PID, static_cast<id_t>(Guest), &Info, WEXITED | WNOWAIT) !=
         0)
    require(errno == EINTR);
  return Guest;
}

bool isPrefix(std::span<const uint8_t> Part, std::span<const uint8_t> Whole) {
  return Part.size() <= Whole.size() &&
         (Part.empty() ||
          std::memcmp(Part.data(), Whole.data(), Part.size()) == 0);
}

/// What the guest may have got on its standard input.
ByteBuffer inputOf(std::span<const uint8_t> Stream) {
  ByteBuffer All;
  TakenFrame Frame;
  while (takeFrame(Stream, /*FromExecutor=*/false, Frame)) {
    if (Frame.Header.Type != MessageType::Input)
      continue;
    if (Frame.Payload.empty())
      break;
    All.append(Frame.Payload.data(), Frame.Payload.size());
  }
  return All;
}

/// Nothing but what a supervisor says of streams, and of them what was there.
void requireAnswers(std::span<const uint8_t> Answers) {
  std::span<const uint8_t> Text(reinterpret_cast<const uint8_t *>(Written),
                                sizeof(Written));
  ByteBuffer Sent[3];
  TakenFrame Frame;
  while (takeFrame(Answers, /*FromExecutor=*/true, Frame)) {
    if (Frame.Header.Type == MessageType::Output) {
      auto Message = wire::decode<wire::Output>(Frame.Payload);
      require(static_cast<bool>(Message));
      Sent[static_cast<size_t>(Message->Which)].append(Message->Bytes.data(),
                                                       Message->Bytes.size());
    } else {
      require(Frame.Header.Type == MessageType::InputClosed ||
              Frame.Header.Type == MessageType::SignalSent ||
              Frame.Header.Type == MessageType::InputCredit ||
              Frame.Header.Type == MessageType::Wanted);
    }
  }
  require(Answers.empty());
  for (const ByteBuffer &Part : Sent)
    require(isPrefix(Part.span(), Text));
}

/// Of a file that no program has.
executor::LateFunctions &lateFunctions() {
  static auto Made = [] {
    constexpr off_t Size = 1 << 16;
    Descriptor File(
        ::memfd_create("late code", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    require(File.isOpen() && ::ftruncate(File.get(), Size) == 0 &&
            ::fcntl(File.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0);
    auto Opened = executor::LateFunctions::open(
        ::getpid(), {static_cast<uint32_t>(File.get()), 64, {}});
    require(static_cast<bool>(Opened));
    return std::move(*Opened);
  }();
  return Made;
}

Descriptor outputOfGuest() {
  return pipeHolding(
      {reinterpret_cast<const uint8_t *>(Written), sizeof(Written)});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  static const sigset_t MaskOfWaits = watchChildren();
  ByteBuffer Stream = streamOf({Data, Size});
  if (Stream.empty())
    return 0;
  transport::Pipe Requests, Back, Input;
  require(transport::makePipe(Requests) == 0 &&
          transport::makePipe(Back) == 0 && transport::makePipe(Input) == 0);
  require(::write(Requests.Writer.get(), Stream.data(), Stream.size()) ==
          ssize_t(Stream.size()));
  pid_t Guest = deadGuest();
  FrameChannel Channel(std::move(Requests.Reader), std::move(Back.Writer),
                       FrameChannel::Side::Executor, /*PatienceMs=*/-1);
  {
    executor::StreamRelay Relay(
        Channel, {std::move(Input.Writer), outputOfGuest(), outputOfGuest()},
        Guest, MaskOfWaits, &lateFunctions());
    Accepted = Relay.run();
    require(!Accepted || WIFEXITED(Relay.rawStatus()));
  }
  if (!Accepted)
    while (::waitpid(Guest, nullptr, 0) < 0)
      require(errno == EINTR);
  requireAnswers(drained(Back.Reader).span());
  ByteBuffer Got = drained(Input.Reader), Sent = inputOf(Stream.span());
  require(isPrefix(Got.span(), Sent.span()));
  require(!Accepted || Got.size() == Sent.size());
  return 0;
}
