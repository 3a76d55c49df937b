//===- OpenRequestFuzzer.cpp - Any requests of an open session ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plays a controller to an open session of the executor, in this process.
// Modules get their places, are written, protected and removed. What a
// controller may do to the process that trusts it is left out: nothing that
// was sent is run, mapped as an image or written elsewhere. The functions below
// take the place of those of the executor that would.
//
//===----------------------------------------------------------------------===//

#include "FrameStream.h"
#include "FuzzTarget.h"
#include "executor/base/Libc.h"
#include "executor/loader/Ifunc.h"
#include "executor/machine/CpuFacts.h"
#include "executor/open/OpenSession.h"
#include "executor/open/ProcessMemory.h"
#include "executor/tls/ThreadLocals.h"
#include "executor/unwind/UnwindTables.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fcntl.h>

using namespace remoterun;
using namespace remoterun::fuzz;
using transport::FrameChannel;
using wire::MessageType;

namespace remoterun::executor {

void registerUnwindTables(std::span<const ExecutorRange>) {}
void forgetUnwindTables(std::span<const ExecutorRange>) {}
void *resolveIfunc(void *Resolver) { return Resolver; }

/// A whole text for a request of nothing would be more than a pipe holds.
wire::Cpu describeCpu(ByteBuffer &) { return {}; }

constexpr size_t MostRead = 16;

bool readMemory(ExecutorAddr, std::span<uint8_t> Into) {
  if (Into.size() > MostRead)
    return false;
  std::fill(Into.begin(), Into.end(), 0);
  return true;
}
bool writeMemory(ExecutorAddr, std::span<const uint8_t>) { return true; }

Expected<void> Calls::run(const wire::Call &Request, AddedModule &Called) {
  fuzz::require(Called.isStarted());
  // What is copied to the buffer of a call has to be there.
  uint8_t Sum = 0;
  for (uint8_t Byte : Request.Arguments)
    Sum = static_cast<uint8_t>(Sum + Byte);
  wire::Returned Answer;
  Answer.Number = Request.Number;
  Answer.Result = {&Sum, 1};
  return Answers.send(Answer);
}
bool Calls::runGuarded(void (*)(void *), void *, ByteBuffer &) const {
  return true;
}
void Calls::waitFor(AddedModule &Module) { fuzz::require(Module.Running == 0); }
void Calls::finish() {}

} // namespace remoterun::executor

namespace {

using executor::libc;
using executor::OpenSession;

const auto SystemDlopen = libc.dlopen;

/// An image is what the fuzzer has written. Libraries are the system's.
void *openNoImage(const char *Path, int Flags) noexcept {
  constexpr char Images[] = "/proc/";
  return Path && std::strncmp(Path, Images, sizeof(Images) - 1) == 0
             ? nullptr
             : SystemDlopen(Path, Flags);
}

char *whyNoImage() noexcept {
  static char Text[] = "it is no image";
  return Text;
}

struct Served {
  executor::Failure Why;
  ByteBuffer Answers;
};

Served serveStream(std::span<const uint8_t> Stream) {
  transport::Pipe Back;
  require(transport::makePipe(Back) == 0);
  // Nobody reads before the end, and an answer to a Lookup can be three times
  // as long as it.
  require(::fcntl(Back.Writer.get(), F_SETPIPE_SZ, 1 << 18) > 0);
  FrameChannel Channel(pipeHolding(Stream), std::move(Back.Writer),
                       FrameChannel::Side::Executor, /*PatienceMs=*/-1);
  auto Memory = executor::Slab::reserve();
  require(static_cast<bool>(Memory));
  Served Result;
  {
    executor::Exports None;
    OpenSession Session(Channel, Memory->range(), None, {.Threads = 2});
    auto Going = Session.begin();
    while (Going)
      Going = Session.serveOne();
    Result.Why = Going.error();
  }
  Channel.close();
  Result.Answers = drained(Back.Reader);
  return Result;
}

template <typename MessageT> bool isA(const TakenFrame &Frame) {
  return Frame.Header.Type == MessageT::Type &&
         static_cast<bool>(wire::decode<MessageT>(Frame.Payload));
}

/// Each is what the controller would take.
void requireAnswers(std::span<const uint8_t> Rest) {
  TakenFrame Frame;
  require(takeFrame(Rest, /*FromExecutor=*/true, Frame));
  require(isA<wire::Opened>(Frame));
  while (takeFrame(Rest, /*FromExecutor=*/true, Frame))
    require(isA<wire::Cpu>(Frame) || isA<wire::LookupReply>(Frame) ||
            isA<wire::ModuleStarted>(Frame) ||
            isA<wire::ModuleRemoved>(Frame) || isA<wire::Returned>(Frame) ||
            isA<wire::MemoryRead>(Frame) || isA<wire::MemoryWritten>(Frame));
  require(Rest.empty());
}

} // namespace

// Names that the dynamic linker keeps.
extern "C" const char *__asan_default_options() { return "detect_leaks=0"; }

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  libc.dlopen = openNoImage;
  libc.dlerror = whyNoImage;
  Served Session = serveStream(streamOf({Data, Size}).span());
  requireAnswers(Session.Answers.span());
  require(Session.Why.Reason[0] != '\0');
  Accepted = Session.Why.IsHangup;
  return 0;
}
