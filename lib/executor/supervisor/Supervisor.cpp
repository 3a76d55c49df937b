//===- Supervisor.cpp - The executor's parent at the far end --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/supervisor/Supervisor.h"
#include "executor/base/Failure.h"
#include "executor/crash/SupervisedCrash.h"
#include "executor/session/Executor.h"
#include "executor/session/ExhaustionNotice.h"
#include "executor/supervisor/StreamRelay.h"
#include "wire/ExecutorStart.h"
#include "wire/Messages.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::executor {

using transport::Descriptor;
using transport::FrameChannel;
using transport::FrameStream;
using wire::MessageType;

namespace {

/// The signals that must come back to the guest as they were.
struct InheritedSignals {
  sigset_t Mask;
  struct sigaction OfChildren;
};

/// Everything that the child needs, made before it is.
struct ChildPlan {
  const wire::Start &Request;
  const InheritedSignals &Signals;
  Descriptor Input, Output, Error; ///< Its standard streams.
  Descriptor Requests, Answers;    ///< Its session.
  Descriptor CrashFile;
  Descriptor Executable;
  ElfW(auxv_t) * Auxiliary; ///< Of this process.
};

void ignoreIt(int) {}

/// Standard input and output become the session's, and are taken from everybody
/// else: what a library writes there by accident must not get into a frame.
Expected<FrameChannel> takeStandardStreams() {
  Descriptor In(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  Descriptor Out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  int Nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (!In.isOpen() || !Out.isOpen() || Nothing < 0)
    return failure("standard input or output is closed");
  ::dup2(Nothing, STDIN_FILENO);
  ::dup2(Nothing, STDOUT_FILENO);
  if (Nothing > STDERR_FILENO)
    ::close(Nothing);
  return FrameChannel(std::move(In), std::move(Out),
                      FrameChannel::Side::Executor, /*PatienceMs=*/-1);
}

Expected<void> send(FrameChannel &Channel, MessageType Type,
                    std::span<const uint8_t> Payload) {
  if (!Channel.send(Type, Payload))
    return failure("the controller hung up");
  return {};
}

[[noreturn]] void giveUp(FrameChannel &Channel, const Failure &Reason) {
  ByteBuffer Encoded;
  wire::encode(wire::Failed{Reason.Reason}, Encoded);
  (void)!Channel.send(MessageType::Failed, Encoded.span());
  ::_exit(SessionFailedStatus);
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

//===----------------------------------------------------------------------===//
// In the child
//===----------------------------------------------------------------------===//

void placeStream(const Descriptor &From, int Number) {
  if (From.isOpen())
    ::dup2(From.get(), Number);
  else
    ::close(Number);
}

/// What the guest's process starts with, for it and for all it executes.
/// Returns its arguments.
ProcessArguments prepareProcess(const ChildPlan &Plan) {
  ::setpgid(0, 0);
  ::sigaction(SIGCHLD, &Plan.Signals.OfChildren, nullptr);
  ::sigprocmask(SIG_SETMASK, &Plan.Signals.Mask, nullptr);
  placeStream(Plan.Input, STDIN_FILENO);
  placeStream(Plan.Output, STDOUT_FILENO);
  if (Plan.Request.ErrorIsOutput && Plan.Output.isOpen())
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
  else
    placeStream(Plan.Error, STDERR_FILENO);
  rlimit Stack;
  if (Plan.Request.StackLimit != UINT64_MAX &&
      ::getrlimit(RLIMIT_STACK, &Stack) == 0) {
    Stack.rlim_cur =
        std::min(static_cast<rlim_t>(Plan.Request.StackLimit), Stack.rlim_max);
    ::setrlimit(RLIMIT_STACK, &Stack);
  }
  for (std::string_view Variable : Plan.Request.Environment)
    ::putenv(copyText(Variable));
  return {static_cast<int>(Plan.Request.Arguments.size()),
          copyVector(Plan.Request.Arguments), environ, Plan.Auxiliary};
}

/// The executor, started as in the direct manner: by its file, so that it has
/// the guest's arguments by nature. Returns where that cannot be.
void execute(const ChildPlan &Plan, const ProcessArguments &Process) {
  if (!Plan.Request.Executes || !Plan.Executable.isOpen())
    return;
  transport::AgreedDescriptors Agreed = transport::agreedDescriptors();
  for (int Number : {Agreed.In, Agreed.Out, Agreed.CrashMemory})
    if (::fcntl(Number, F_GETFD) >= 0)
      return;
  ::dup2(Plan.Requests.get(), Agreed.In);
  ::dup2(Plan.Answers.get(), Agreed.Out);
  if (Plan.CrashFile.isOpen())
    ::dup2(Plan.CrashFile.get(), Agreed.CrashMemory);
  ::fexecve(Plan.Executable.get(), Process.Values, Process.Environment);
  for (int Number : {Agreed.In, Agreed.Out, Agreed.CrashMemory})
    ::close(Number);
}

[[noreturn]] void becomeExecutor(ChildPlan Plan) {
  ProcessArguments Process = prepareProcess(Plan);
  if (!Plan.Request.Directory.empty()) {
    const char *Directory = copyText(Plan.Request.Directory);
    if (::chdir(Directory) != 0) {
      FrameChannel Answers({}, std::move(Plan.Answers),
                           FrameChannel::Side::Executor, /*PatienceMs=*/-1);
      giveUp(Answers, failure("cannot change to directory '%s' of --chdir: %s",
                              Directory, std::strerror(errno)));
    }
  }
  execute(Plan, Process);
  // An emulator, or a system without /proc: this process is as good.
  Plan.Input.close();
  Plan.Output.close();
  Plan.Error.close();
  Plan.Executable.close();
  serve({std::move(Plan.Requests), std::move(Plan.Answers),
         std::move(Plan.CrashFile)},
        Process);
  ::_exit(SessionFailedStatus);
}

//===----------------------------------------------------------------------===//
// In the supervisor
//===----------------------------------------------------------------------===//

/// The pipes of the guest's standard streams: its ends into \p Plan, ours into
/// \p Ours.
bool makeStreams(const wire::Start &Request, ChildPlan &Plan,
                 StreamEnds &Ours) {
  transport::Pipe Made;
  auto Has = [&](wire::Stream Which) {
    return Request.HasStream[static_cast<size_t>(Which)];
  };
  if (Has(wire::Stream::Input)) {
    if (transport::makePipe(Made) != 0)
      return false;
    Plan.Input = std::exchange(Made.Reader, {});
    Ours.Input = std::exchange(Made.Writer, {});
  }
  if (Has(wire::Stream::Output)) {
    if (transport::makePipe(Made) != 0)
      return false;
    Ours.Output = std::exchange(Made.Reader, {});
    Plan.Output = std::exchange(Made.Writer, {});
  }
  if (Has(wire::Stream::Error) && !Request.ErrorIsOutput) {
    if (transport::makePipe(Made) != 0)
      return false;
    Ours.Error = std::exchange(Made.Reader, {});
    Plan.Error = std::exchange(Made.Writer, {});
  }
  return true;
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

/// Passes the executor's answers on until the guest starts. Each wait, in the
/// middle of a frame as well, is for the controller, too.
Expected<void> passAnswers(FrameStream &FromExecutor, FrameChannel &Controller,
                           pid_t Executor) {
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
    if (auto Sent = send(Controller, Type, (*Answer)->Payload); !Sent)
      return Sent;
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
  Descriptor Executable(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (std::strcmp(Process.Values[1], wire::UploadedArgument) == 0)
    ::unlink(Process.Values[0]);
  auto Controller = takeStandardStreams();
  if (!Controller) {
    dprintf(STDERR_FILENO, "remote-stub: error: %s\n",
            Controller.error().Reason);
    ::_exit(SessionFailedStatus);
  }
  std::optional<ExhaustionNotice> Notice(std::in_place, *Controller);
  ByteBuffer Payload;
  auto Request = receiveStart(*Controller, Payload);
  if (!Request)
    giveUp(*Controller, Request.error());

  InheritedSignals Signals = watchChildren();
  transport::Pipe Answers;
  StreamEnds Streams;
  ChildPlan Plan{
      *Request,         Signals, {}, {}, {}, {}, {}, {}, std::move(Executable),
      Process.Auxiliary};
  SupervisedCrash Crash;
  if (Request->WantsCrashReport)
    Crash.share(Plan.CrashFile);
  if (transport::makePipe(Answers) != 0 ||
      !makeStreams(*Request, Plan, Streams))
    giveUp(*Controller,
           failure("cannot make a pipe: %s", std::strerror(errno)));
  Plan.Answers = std::move(Answers.Writer);
  pid_t Executor = ::fork();
  if (Executor < 0)
    giveUp(*Controller, failure("cannot fork: %s", std::strerror(errno)));
  if (Executor == 0) {
    Answers.Reader.close();
    Streams = {};
    auto [Requests, ToController] = Controller->release();
    ToController.close();
    Plan.Requests = std::move(Requests);
    becomeExecutor(std::move(Plan));
  }
  // Our copies of its ends: the guest must be the last to have them.
  {
    ChildPlan Closed = std::move(Plan);
  }

  FrameChannel AnswersOnly(std::move(Answers.Reader), {},
                           FrameChannel::Side::Controller, /*PatienceMs=*/-1);
  FrameStream FromExecutor(AnswersOnly, FrameChannel::Side::Controller,
                           /*LargestPayload=*/UINT64_MAX);
  if (auto Passed = passAnswers(FromExecutor, *Controller, Executor); !Passed)
    giveUp(*Controller, Passed.error());
  FromExecutor.close();
  Notice.reset();
  StreamRelay Relay(*Controller, std::move(Streams), Executor, Signals.Mask);
  if (!Relay.run()) {
    // Of one that has ended, the number may be somebody else's by now.
    if (!Relay.hasGuestEnded())
      endGuest(Executor);
    ::_exit(SessionFailedStatus);
  }
  Relay.finish(endOf(Relay, Crash));
  ::_exit(0);
}

} // namespace remoterun::executor
