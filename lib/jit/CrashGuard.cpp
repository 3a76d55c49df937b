//===- CrashGuard.cpp - When LLVM itself gives up -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/CrashGuard.h"
#include "controller/PatientWrite.h"
#include "controller/Printable.h"

#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <new>
#include <string_view>
#include <unistd.h>

namespace remoterun::jit {

namespace {

/// Of installFatalErrorHandler().
const char *ProgramName = "";
int FailureStatus = 1;

constexpr int CrashSignals[] = {SIGSEGV, SIGBUS,  SIGILL,
                                SIGFPE,  SIGABRT, SIGTRAP};

/// Read by signal handlers and other threads: each text stays as it is for as
/// long as the process lives.
std::atomic<const char *> Context = "reading the command line";

void (*LastWords)(std::string_view) = nullptr;

/// Everything here is async-signal-safe (signal-safety(7)). An executor dies
/// with us: its pipe hangs up, and PR_SET_PDEATHSIG kills it.
[[noreturn]] void die(std::string_view What) {
  // Threads may fail at once: the first has the word, and a second failure of
  // its own ends it.
  static std::atomic<pid_t> Dying = 0;
  pid_t None = 0, Self = ::gettid();
  if (!Dying.compare_exchange_strong(None, Self)) {
    if (None == Self)
      ::_exit(FailureStatus);
    for (;;)
      ::pause();
  }
  char Line[1024];
  size_t Length = 0;
  auto Append = [&](std::string_view Text) {
    size_t Size = std::min(Text.size(), sizeof(Line) - 1 - Length);
    std::memcpy(Line + Length, Text.data(), Size);
    Length += Size;
  };
  Append(ProgramName);
  Append(": error: ");
  size_t Start = Length;
  Append("LLVM failed while ");
  Append(Context.load());
  Append(": ");
  Append(What);
  if (LastWords)
    LastWords({Line + Start, Length - Start});
  Line[Length++] = '\n';
  // Not for ever: there may be nobody who reads, and others wait for our word.
  controller::writePatiently(STDERR_FILENO, {Line, Length});
  ::_exit(FailureStatus);
}

void onFatalError(void *, const char *Reason, bool) {
  std::string_view Text(Reason);
  while (!Text.empty() && Text.back() == '\n')
    Text.remove_suffix(1);
  die(Text);
}

void onCrash(int Signal) {
  char Text[] = "it crashed with signal 00";
  Text[sizeof(Text) - 3] = static_cast<char>('0' + Signal / 10);
  Text[sizeof(Text) - 2] = static_cast<char>('0' + Signal % 10);
  die(Text);
}

} // namespace

void installFatalErrorHandler(const char *Program, int ExitStatus) {
  ProgramName = Program;
  FailureStatus = ExitStatus;
  llvm::install_fatal_error_handler(onFatalError);
  llvm::install_bad_alloc_error_handler(onFatalError);
  std::set_new_handler([] { die("out of memory"); });
}

void guardThisThread() {
  // Deeply nested input overflows the stack; the handler needs another.
  static thread_local char Stack[16 * 1024];
  stack_t Alternate = {};
  Alternate.ss_sp = Stack;
  Alternate.ss_size = sizeof(Stack);
  ::sigaltstack(&Alternate, nullptr);
}

void installCrashGuard() {
  guardThisThread();
  struct sigaction Action = {};
  Action.sa_handler = onCrash;
  Action.sa_flags = SA_ONSTACK | SA_NODEFER;
  sigemptyset(&Action.sa_mask);
  for (int Signal : CrashSignals)
    ::sigaction(Signal, &Action, nullptr);
}

void removeCrashGuard() {
  for (int Signal : CrashSignals)
    ::signal(Signal, SIG_DFL);
}

void setCrashContext(const std::string &Step) {
  // Now, because what prints it has no time. Names may be anything.
  std::string Doing = controller::printable(Step);
  Context = ::strdup(Doing.c_str());
}

const char *crashContext() { return Context; }

void setLastWords(void (*Words)(std::string_view)) { LastWords = Words; }

} // namespace remoterun::jit
