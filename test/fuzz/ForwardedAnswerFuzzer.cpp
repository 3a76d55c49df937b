//===- ForwardedAnswerFuzzer.cpp - Any frames from a guest's supervisor ---===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plays a supervisor to the controller while the guest runs: what comes back is
// the input, and then a hangup. Our standard output and standard error are
// files in memory meanwhile; what is in them must have been sent.
//
//===----------------------------------------------------------------------===//

#include "FrameStream.h"
#include "FuzzTarget.h"
#include "controller/guest/ForwardedGuest.h"

#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace remoterun;
using namespace remoterun::fuzz;
using controller::ExecutorProcess;
using transport::Descriptor;
using transport::FrameChannel;
using wire::MessageType;

namespace {

/// Of a program with functions that come late.
constexpr uint64_t MemorySize = 1 << 16;
constexpr uint32_t MostFunctions = 64;

/// A process that has ended, so that nobody waits for it.
ExecutorProcess &endedProcess() {
  static ExecutorProcess Process = [] {
    auto Launched = ExecutorProcess::launch({"/bin/true", {"true"}});
    require(static_cast<bool>(Launched));
    require(Launched->waitFor(10000).has_value());
    return std::move(*Launched);
  }();
  return Process;
}

/// One of our standard streams is a file while this lives.
class StreamFile {
public:
  explicit StreamFile(int Number)
      : Number(Number),
        Before(::fcntl(Number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)),
        File(::memfd_create("output", MFD_CLOEXEC)) {
    require(Before.isOpen() && File.isOpen());
    require(::dup2(File.get(), Number) == Number);
  }
  ~StreamFile() { ::dup2(Before.get(), Number); }

  ByteBuffer contents() const {
    require(::lseek(File.get(), 0, SEEK_SET) == 0);
    return drained(File);
  }

private:
  int Number;
  Descriptor Before;
  Descriptor File;
};

/// What a guest wrote to \p Which before it ended.
ByteBuffer outputOf(std::span<const uint8_t> Stream, wire::Stream Which) {
  ByteBuffer All;
  TakenFrame Frame;
  while (takeFrame(Stream, /*FromExecutor=*/true, Frame) &&
         Frame.Header.Type != MessageType::Ended) {
    if (Frame.Header.Type != MessageType::Output)
      continue;
    if (auto Message = wire::decode<wire::Output>(Frame.Payload);
        Message && Message->Which == Which)
      All.append(Message->Bytes.data(), Message->Bytes.size());
  }
  return All;
}

void requireOutput(const StreamFile &File, std::span<const uint8_t> Stream,
                   wire::Stream Which) {
  ByteBuffer Got = File.contents(), Sent = outputOf(Stream, Which);
  require(Got.size() <= Sent.size() &&
          (!Accepted || Got.size() == Sent.size()));
  require(Got.empty() || std::memcmp(Got.data(), Sent.data(), Got.size()) == 0);
}

/// With a limit, so that a guest that stops does not stop us; it is never over.
controller::TimeLimit farLimit() {
  return {controller::Deadline(controller::Deadline::Clock::now(),
                               std::chrono::hours(1)),
          std::chrono::nanoseconds(0)};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  ::signal(SIGTSTP, SIG_IGN);
  ByteBuffer Stream = streamOf({Data, Size});
  transport::Pipe Requests;
  require(transport::makePipe(Requests) == 0);
  ExecutorProcess &Process = endedProcess();
  Process.channel() =
      FrameChannel(pipeHolding(Stream.span()), std::move(Requests.Writer),
                   FrameChannel::Side::Controller, /*PatienceMs=*/10000);
  StreamFile Output(STDOUT_FILENO), Error(STDERR_FILENO);
  {
    controller::ForwardedGuest Guest(farLimit(), /*PatienceMs=*/10000);
    controller::Settling Settled([] {});
    auto Late = controller::FarMemory::create(MemorySize, MostFunctions);
    require(static_cast<bool>(Late));
    auto End = Guest.waitFor(Process, Settled, Late->get());
    Accepted = static_cast<bool>(End);
    if (End)
      require(!End->TimedOut && End->Usage);
    else
      require(!End.error().Message.empty());
  }
  requireOutput(Output, Stream.span(), wire::Stream::Output);
  requireOutput(Error, Stream.span(), wire::Stream::Error);
  return 0;
}
