//===- Supervisor.cpp - The executor's parent at the far end --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/supervisor/Supervisor.h"
#include "executor/crash/SupervisedCrash.h"
#include "executor/session/Executor.h"
#include "executor/session/ExhaustionNotice.h"
#include "executor/supervisor/BlockFolder.h"
#include "executor/supervisor/ExecutorChild.h"
#include "executor/supervisor/LateFunctions.h"
#include "executor/supervisor/StreamRelay.h"
#include "wire/ExecutorStart.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/wait.h>
#include <type_traits>
#include <unistd.h>

namespace remoterun::executor {

using transport::Descriptor;
using transport::FrameChannel;
using transport::FrameStream;
using wire::MessageType;

namespace {

void ignoreIt(int) {}

/// The executor's file, which goes if it was uploaded for this session.
Descriptor openOwnFile(const ProcessArguments &Process) {
  Descriptor Executable(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (std::strcmp(Process.Values[1], wire::UploadedArgument) == 0)
    ::unlink(Process.Values[0]);
  return Executable;
}

/// Standard input and output become the session's, and are taken from everybody
/// else: what a library writes there by accident must not get into a frame.
FrameChannel takeStandardStreams() {
  Descriptor In(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  Descriptor Out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  int Nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (!In.isOpen() || !Out.isOpen() || Nothing < 0) {
    dprintf(STDERR_FILENO,
            "remote-stub: error: standard input or output is closed\n");
    ::_exit(SessionFailedStatus);
  }
  ::dup2(Nothing, STDIN_FILENO);
  ::dup2(Nothing, STDOUT_FILENO);
  if (Nothing > STDERR_FILENO)
    ::close(Nothing);
  return FrameChannel(std::move(In), std::move(Out),
                      FrameChannel::Side::Executor, /*PatienceMs=*/-1);
}

template <typename T> T orGiveUp(FrameChannel &Controller, Expected<T> Result) {
  if (!Result)
    giveUp(Controller, Result.error());
  if constexpr (!std::is_void_v<T>)
    return std::move(*Result);
}

Expected<wire::Start> receiveStart(FrameChannel &Channel, ByteBuffer &Payload) {
  auto Header = Channel.receiveHeader();
  if (!Header &&
      Header.error().What == transport::ChannelError::Kind::Malformed)
    return failure("protocol error: the controller sent %s",
                   Header.error().Why);
  if (!Header)
    return failure("the controller hung up");
  if (Header->Type != MessageType::Start)
    return failure("protocol error: the controller sent %s in place of Start",
                   wire::messageName(Header->Type));
  Payload.resize(Header->PayloadSize);
  if (!Channel.receivePayload(Payload.span()))
    return failure("the controller hung up");
  auto Version = wire::decodeVersion(Payload.span());
  if (Version && *Version != wire::ProtocolVersion)
    return failure("this remote-stub speaks protocol version %u, its "
                   "remote-run speaks version %u",
                   wire::ProtocolVersion, *Version);
  auto Request = wire::decode<wire::Start>(Payload.span());
  if (!Request)
    return failure("protocol error: the controller sent %s",
                   Request.error().Why);
  return std::move(*Request);
}

/// Our sides of what a ChildPlan has the other ones of.
struct OurEnds {
  Descriptor Answers;
  StreamEnds Streams;
  SupervisedCrash Crash;
};

/// A pipe from one to the other. 0 or errno.
int connect(Descriptor &Reader, Descriptor &Writer) {
  transport::Pipe Made;
  int Error = transport::makePipe(Made);
  Reader = std::move(Made.Reader);
  Writer = std::move(Made.Writer);
  return Error;
}

Expected<void> connect(ChildPlan &Child, OurEnds &Ours) {
  const auto &[HasInput, HasOutput, HasError] = Child.Request.HasStream;
  StreamEnds &Streams = Ours.Streams;
  if (Child.Request.WantsCrashReport)
    Ours.Crash.share(Child.CrashFile);
  int Error = connect(Ours.Answers, Child.Answers);
  if (!Error && HasInput)
    Error = connect(Child.Input, Streams.Input);
  if (!Error && HasOutput)
    Error = connect(Streams.Output, Child.Output);
  if (!Error && HasError && !Child.Request.ErrorIsOutput)
    Error = connect(Streams.Error, Child.Error);
  if (Error)
    return failure("cannot make a pipe: %s", std::strerror(Error));
  return {};
}

/// Our copies of its ends are closed when this returns: the guest must be the
/// last to have them.
Expected<pid_t> startExecutor(ChildPlan Child, FrameChannel &Controller,
                              OurEnds &Ours) {
  pid_t Executor = ::fork();
  if (Executor < 0)
    return failure("cannot fork: %s", std::strerror(errno));
  if (Executor != 0)
    return Executor;
  Ours.Answers.close();
  Ours.Streams = {};
  auto [Requests, ToController] = Controller.release();
  ToController.close();
  Child.Requests = std::move(Requests);
  becomeExecutor(std::move(Child));
}

void endGuest(pid_t Guest) {
  ::kill(-Guest, SIGKILL);
  // It may have left its group.
  ::kill(Guest, SIGKILL);
}

/// Waits for more of the executor's answers, or its end; false where the
/// controller hangs up first, which an executor that is stopped does not see.
bool awaitAnswer(const FrameStream &FromExecutor,
                 const FrameChannel &Controller) {
  pollfd Polls[] = {{FromExecutor.input(), POLLIN, 0},
                    {Controller.input(), POLLRDHUP, 0}};
  while (::poll(Polls, std::size(Polls), -1) < 0)
    if (errno != EINTR)
      return false;
  return Polls[0].revents != 0;
}

/// Opens the file that the executor has made, which the controller cannot, and
/// tells how that went.
bool passShared(std::span<const uint8_t> Payload, FrameChannel &Controller,
                pid_t Executor, std::optional<LateFunctions> &Late) {
  auto Made = wire::decode<wire::Shared>(Payload);
  // Of an executor that was started anew.
  Late.reset();
  if (!Made || Made->Descriptor == wire::Shared::None)
    return bool(Controller.send(MessageType::Shared, Payload));
  auto Opened = LateFunctions::open(Executor, *Made);
  if (!Opened)
    return bool(Controller.send(
        wire::Shared{wire::Shared::None, 0, Opened.error().Reason}));
  Late.emplace(std::move(*Opened));
  return bool(Controller.send(MessageType::Shared, Payload));
}

/// Passes the executor's answers on until the guest starts. Each wait, in the
/// middle of a frame as well, is for the controller, too.
/// \p Stores becomes true where the executor has stored blocks.
Expected<void> passAnswers(Descriptor Answers, FrameChannel &Controller,
                           pid_t Executor, std::optional<LateFunctions> &Late,
                           bool &Stores) {
  FrameChannel AnswersOnly(std::move(Answers), {},
                           FrameChannel::Side::Controller, /*PatienceMs=*/-1);
  FrameStream FromExecutor(AnswersOnly, FrameChannel::Side::Controller,
                           /*LargestPayload=*/UINT64_MAX);
  for (;;) {
    auto Answer = FromExecutor.take();
    if (!Answer)
      break;
    if (!*Answer) {
      if (!awaitAnswer(FromExecutor, Controller)) {
        endGuest(Executor);
        return failure("the controller hung up");
      }
      if (!FromExecutor.read())
        break;
      continue;
    }
    MessageType Type = (*Answer)->Type;
    bool IsSent =
        Type == MessageType::Shared
            ? passShared((*Answer)->Payload, Controller, Executor, Late)
            : bool(Controller.send(Type, (*Answer)->Payload));
    if (!IsSent)
      return failure("the controller hung up");
    Stores |= Type == MessageType::Stored;
    if (Type == MessageType::Failed)
      ::_exit(SessionFailedStatus);
    if (Type == MessageType::Running)
      return {};
  }
  int Raw;
  ::kill(Executor, SIGKILL);
  while (::waitpid(Executor, &Raw, 0) < 0 && errno == EINTR)
    ;
  if (WIFSIGNALED(Raw) && WTERMSIG(Raw) != SIGKILL)
    return failure("the executor was killed by signal %d (%s) before the guest "
                   "was started",
                   WTERMSIG(Raw), ::strsignal(WTERMSIG(Raw)));
  return failure("the executor ended before the guest was started");
}

uint64_t microseconds(const timeval &Time) {
  return static_cast<uint64_t>(Time.tv_sec) * 1000000 +
         static_cast<uint64_t>(Time.tv_usec);
}

wire::Ended endOf(const StreamRelay &Relay, const SupervisedCrash &Crash) {
  wire::Ended Message;
  int Raw = Relay.rawStatus();
  Message.Signaled = WIFSIGNALED(Raw);
  Message.Code = static_cast<uint32_t>(WIFSIGNALED(Raw) ? WTERMSIG(Raw)
                                                        : WEXITSTATUS(Raw));
  Message.DumpedCore = WIFSIGNALED(Raw) && WCOREDUMP(Raw);
  Message.UserUs = microseconds(Relay.usage().ru_utime);
  Message.SystemUs = microseconds(Relay.usage().ru_stime);
  Message.PeakKiB = static_cast<uint64_t>(Relay.usage().ru_maxrss);
  Message.CrashMemory = Crash.usedPart();
  return Message;
}

/// Until the guest has ended, and that has been told.
void relayGuest(StreamRelay &Relay, pid_t Guest, const SupervisedCrash &Crash,
                LateFunctions *Late) {
  if (!Relay.run()) {
    // Of one that has ended, the number may be somebody else's by now.
    if (!Relay.hasGuestEnded())
      endGuest(Guest);
    ::_exit(SessionFailedStatus);
  }
  wire::Ended End = endOf(Relay, Crash);
  End.LeavesCallers = Late && Late->hasCallers();
  Relay.finish(End);
  if (End.LeavesCallers)
    Relay.serveCallers();
}

/// SIGCHLD interrupts waits, and comes at no other time.
InheritedSignals watchChildren() {
  InheritedSignals Before;
  struct sigaction Watch = {};
  Watch.sa_handler = ignoreIt;
  ::sigaction(SIGCHLD, &Watch, &Before.OfChildren);
  sigset_t OfChildren;
  sigemptyset(&OfChildren);
  sigaddset(&OfChildren, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &OfChildren, &Before.Mask);
  return Before;
}

} // namespace

bool isSupervisor(const ProcessArguments &Process) {
  return Process.Count == 2 &&
         (std::strcmp(Process.Values[1], wire::ForwardedArgument) == 0 ||
          std::strcmp(Process.Values[1], wire::UploadedArgument) == 0);
}

void supervise(const ProcessArguments &Process) {
  Descriptor Executable = openOwnFile(Process);
  FrameChannel Controller = takeStandardStreams();
  std::optional<ExhaustionNotice> Notice(std::in_place, Controller);
  ByteBuffer Payload;
  const wire::Start Request =
      orGiveUp(Controller, receiveStart(Controller, Payload));
  const InheritedSignals Signals = watchChildren();
  ChildPlan Child{.Request = Request,
                  .Signals = Signals,
                  .Executable = std::move(Executable),
                  .Auxiliary = Process.Auxiliary,
                  .BlockFolder = Request.KeepsBlocks
                                     ? findBlockFolder(Request.BlockFolder)
                                     : nullptr};
  const char *BlockFolder = Child.BlockFolder;
  OurEnds Ours;
  orGiveUp(Controller, connect(Child, Ours));
  pid_t Executor =
      orGiveUp(Controller, startExecutor(std::move(Child), Controller, Ours));
  std::optional<LateFunctions> Late;
  bool Stores = false;
  orGiveUp(Controller, passAnswers(std::move(Ours.Answers), Controller,
                                   Executor, Late, Stores));
  Notice.reset();
  LateFunctions *Its = Late ? &*Late : nullptr;
  StreamRelay Relay(Controller, std::move(Ours.Streams), Executor, Signals.Mask,
                    Its);
  relayGuest(Relay, Executor, Ours.Crash, Its);
  if (Stores && BlockFolder)
    pruneBlocks(BlockFolder);
  // Launchers expect it of success.
  ::_exit(0);
}

} // namespace remoterun::executor
