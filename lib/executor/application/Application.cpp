//===- Application.cpp - The executor in somebody's application -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/base/Libc.h"
#include "executor/crash/CrashHandler.h"
#include "executor/machine/Machine.h"
#include "executor/memory/Slab.h"
#include "executor/open/LastWords.h"
#include "executor/open/OpenSession.h"
#include "remote-run/executor.h"
#include "transport/FrameChannel.h"
#include "wire/ExecutorStart.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <optional>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace remoterun;
using namespace remoterun::executor;

struct rr_executor {
  rr_executor(transport::Descriptor In, transport::Descriptor Out,
              ExecutorRange Slab, Calls::Settings Wanted)
      : Channel(std::move(In), std::move(Out),
                transport::FrameChannel::Side::Executor, /*PatienceMs=*/-1),
        Line(Channel), Slab(Slab), Wanted(Wanted) {}

  transport::FrameChannel Channel;
  ControllerLine Line;
  ExecutorRange Slab;
  Calls::Settings Wanted;
  Exports Exported;
  std::optional<OpenSession> Session;
  bool IsGreeted = false;
  bool IsOver = false;
  Failure Why;
  // Of the thread that serves, if there is one.
  bool HasThread = false;
  pthread_t Thread = {};
  transport::Descriptor Woken, Waker; ///< The end of a pipe that ends it.

  Expected<void> greet();
  Expected<void> serveFrame();
  int conclude(Failure Reason);
  int serveOne();
};

namespace {

/// As rr_executor_inherited() has found it; not open for none. One process is
/// launched once.
transport::Descriptor InheritedCrashMemory;

/// Has the process leave a report when it dies of a crash, whoever asks first.
void reportCrashes() {
  static pthread_once_t Once = PTHREAD_ONCE_INIT;
  pthread_once(&Once, [] {
    useCrashMemory(InheritedCrashMemory);
    tellOfCrashes(sendLastWords);
    prepareCrashHandler();
    installCrashHandler();
    completeCrashHandler();
  });
}

/// The process's libc, as code that the executor has in common with remote-stub
/// calls it.
void prepareLibc() {
  static pthread_once_t Once = PTHREAD_ONCE_INIT;
  pthread_once(&Once, completeLibc);
}

std::optional<int> number(std::string_view &Text) {
  int Value = -1;
  auto [End, Error] =
      std::from_chars(Text.data(), Text.data() + Text.size(), Value);
  if (Error != std::errc() || Value < 0)
    return std::nullopt;
  Text.remove_prefix(static_cast<size_t>(End - Text.data()));
  return Value;
}

} // namespace

Expected<void> rr_executor::greet() {
  wire::Hello Greeting;
  Greeting.PageSize = static_cast<uint32_t>(::sysconf(_SC_PAGESIZE));
  Greeting.ProcessId = static_cast<uint64_t>(::getpid());
  Greeting.Slab = Slab;
  Greeting.Relocated = ProgramImage::relocatedHook();
  Greeting.RelocatedResult = ProgramImage::resultOfHook();
  Greeting.Triple = TargetTriple;
  IsGreeted = true;
  return Line.reply(Greeting);
}

/// Whose first has to be Open: this process cannot become a program.
Expected<void> rr_executor::serveFrame() {
  if (Session)
    return Session->serveOne();
  auto Header = Line.receiveHeader();
  if (!Header)
    return Header.error();
  if (Header->Type != wire::MessageType::Open)
    return failure("this application takes modules, and no program: the "
                   "controller sent %s",
                   wire::messageName(Header->Type));
  Session.emplace(Channel, Slab, Exported, Wanted);
  return Session->begin();
}

int rr_executor::conclude(Failure Reason) {
  IsOver = true;
  if (Reason.IsHangup)
    return 0;
  Why = Reason;
  wire::Failed Report{Why.Reason};
  (void)!Line.reply(Report);
  return -1;
}

/// As rr_executor_poll() has it, once something has come.
int rr_executor::serveOne() {
  auto Served = serveFrame();
  return Served ? 1 : conclude(Served.error());
}

rr_executor *rr_executor_open(int In, int Out,
                              const rr_executor_options *Given) {
  prepareLibc();
  // One descriptor cannot have two owners.
  transport::Descriptor Requests(In);
  transport::Descriptor Answers(In == Out ? ::fcntl(In, F_DUPFD_CLOEXEC, 3)
                                          : Out);
  if (!Requests.isOpen() || !Answers.isOpen()) {
    errno = EBADF;
    return nullptr;
  }
  ::fcntl(In, F_SETFD, FD_CLOEXEC);
  ::fcntl(Answers.get(), F_SETFD, FD_CLOEXEC);
  rr_executor_options Options = {};
  if (Given)
    std::memcpy(&Options, Given, std::min(Given->size, sizeof(Options)));
  // The first executor of a process that was launched is its.
  const bool SharesMemory = InheritedCrashMemory.isOpen();
  if (Options.report)
    reportCrashes();
  InheritedCrashMemory.close();
  auto Memory = Slab::reserve();
  void *Place = Memory ? std::malloc(sizeof(rr_executor)) : nullptr;
  if (!Place) {
    errno = ENOMEM;
    return nullptr;
  }
  return ::new (Place)
      rr_executor(std::move(Requests), std::move(Answers), Memory->range(),
                  {.Threads = Options.threads,
                   .Recovers = Options.recover != 0,
                   .HasLastWords = Options.report != 0 && !SharesMemory});
}

int rr_executor_inherited(int *In, int *Out) {
  const char *Value = ::getenv(wire::SessionVariable);
  if (!Value)
    return 0;
  std::string_view Text = Value;
  auto First = number(Text);
  if (!First || Text.empty() || Text.front() != ',')
    return 0;
  Text.remove_prefix(1);
  auto Second = number(Text);
  if (!Second || ::fcntl(*First, F_GETFD) < 0 || ::fcntl(*Second, F_GETFD) < 0)
    return 0;
  if (!Text.empty() && Text.front() == ',') {
    Text.remove_prefix(1);
    if (auto Third = number(Text)) {
      InheritedCrashMemory = transport::Descriptor(*Third);
      ::fcntl(*Third, F_SETFD, FD_CLOEXEC);
    }
  }
  ::unsetenv(wire::SessionVariable);
  *In = *First;
  *Out = *Second;
  return 1;
}

void rr_executor_export(rr_executor *Executor, const char *Name,
                        const void *Address) {
  Executor->Exported.add(Name,
                         ExecutorAddr(reinterpret_cast<uintptr_t>(Address)));
}

int rr_executor_poll(rr_executor *Executor, int Milliseconds) {
  if (Executor->IsOver)
    return Executor->Why.Reason[0] ? -1 : 0;
  if (!Executor->IsGreeted)
    if (auto Greeted = Executor->greet(); !Greeted)
      return Executor->conclude(Greeted.error());
  pollfd Waited[2] = {{Executor->Channel.input(), POLLIN, 0},
                      {Executor->Woken.get(), POLLIN, 0}};
  int Count = ::poll(Waited, Executor->Woken.isOpen() ? 2 : 1, Milliseconds);
  if (Count == 0 || (Count < 0 && errno == EINTR))
    return 1;
  if (Waited[1].revents) {
    Executor->IsOver = true;
    return 0;
  }
  return Executor->serveOne();
}

int rr_executor_serve(rr_executor *Executor) {
  int More;
  while ((More = rr_executor_poll(Executor, -1)) == 1)
    continue;
  return More;
}

int rr_executor_fd(const rr_executor *Executor) {
  return Executor->Channel.input();
}

int rr_executor_start_thread(rr_executor *Executor) {
  int Ends[2];
  if (::pipe2(Ends, O_CLOEXEC) != 0)
    return errno;
  Executor->Woken = transport::Descriptor(Ends[0]);
  Executor->Waker = transport::Descriptor(Ends[1]);
  // The application's handlers are not to run between our frames.
  sigset_t Blocked, Before;
  sigfillset(&Blocked);
  for (int Signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP})
    sigdelset(&Blocked, Signal);
  pthread_sigmask(SIG_SETMASK, &Blocked, &Before);
  auto Main = [](void *Its) -> void * {
    rr_executor_serve(static_cast<rr_executor *>(Its));
    return nullptr;
  };
  int Error = pthread_create(&Executor->Thread, nullptr, Main, Executor);
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  Executor->HasThread = Error == 0;
  return Error;
}

const char *rr_executor_error(const rr_executor *Executor) {
  return Executor->Why.Reason;
}

void rr_executor_close(rr_executor *Executor) {
  if (!Executor)
    return;
  Executor->Waker.close();
  if (Executor->HasThread)
    pthread_join(Executor->Thread, nullptr);
  // A session gives its slab back itself.
  if (!Executor->Session)
    ::munmap(memoryAt(Executor->Slab.Start),
             static_cast<size_t>(Executor->Slab.Size));
  Executor->~rr_executor();
  std::free(Executor);
}
