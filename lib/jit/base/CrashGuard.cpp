//===- CrashGuard.cpp - When LLVM itself gives up -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/CrashGuard.h"
#include "controller/base/PatientWrite.h"
#include "controller/base/Printable.h"
#include "jit/base/CrashDetails.h"
#include "jit/base/CrashWitness.h"
#include "jit/base/SourceFiles.h"

#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include <utility>

namespace remoterun::jit {

namespace {

/// Of installFatalErrorHandler().
const char *ProgramName = "";
int FailureStatus = 1;

constexpr int CrashSignals[] = {SIGSEGV, SIGBUS,  SIGILL,
                                SIGFPE,  SIGABRT, SIGTRAP};

/// Somebody reads what is said here; a library's user has handlers of his own.
std::atomic<bool> IsHeard = false;

/// Read by signal handlers and other threads: each text stays as it is for as
/// long as the process lives.
std::atomic<const char *> Context = "reading the command line";

void (*LastWords)(std::string_view) = nullptr;

/// Of setReproducer() and setCrashSources().
std::atomic<const controller::Reproducer *> ToLeave = nullptr;
std::atomic<const SourceFiles *> Sources = nullptr;
/// Of a CrashUnit, if this thread has one.
thread_local std::optional<llvm::function_ref<llvm::SmallVector<char, 0>()>>
    Unit;

/// Of setBeforeFailure().
thread_local void (*BeforeFailure)(void *) = nullptr;
thread_local void *OfBeforeFailure = nullptr;

void waitBefore() {
  if (auto *Wait = std::exchange(BeforeFailure, nullptr))
    Wait(OfBeforeFailure);
}

/// For the witness, which shares nothing else with the handler.
struct {
  uintptr_t Pc;
  std::string_view Folder; ///< Empty for none.
} Crash;

/// In a copy of the process.
void testify(int Out) {
  std::string Text = describeCrash(Crash.Pc, Sources);
  controller::writePatiently(Out, Text);
  if (!Unit || Crash.Folder.empty())
    return;
  llvm::SmallVector<char, 0> Bitcode = (*Unit)();
  controller::addToCrashFolder(Crash.Folder, "unit.bc",
                               {Bitcode.data(), Bitcode.size()});
}

/// Text of a limited length, without memory of the heap.
class Message {
public:
  void append(std::string_view Text) {
    size_t Size = std::min(Text.size(), sizeof(Bytes) - Length);
    std::memcpy(Bytes + Length, Text.data(), Size);
    Length += Size;
  }
  /// With what was appended, what \p Work has to say.
  void appendTestimony(void (*Work)(int)) {
    Length += hearWitness(Work, Bytes + Length, Reserve);
  }
  std::string_view text() const { return {Bytes, Length}; }

private:
  static constexpr size_t Reserve = 8 * 1024;
  char Bytes[2 * Reserve] = {};
  size_t Length = 0;
};

constinit Message Said;

/// Whose word it is: threads may fail at once, and the first has it. Should it
/// fail a second time, it is over, with what was said so far.
void takeWord() {
  static std::atomic<pid_t> Dying = 0;
  pid_t None = 0, Self = ::gettid();
  if (Dying.compare_exchange_strong(None, Self))
    return;
  if (None == Self) {
    controller::writePatiently(STDERR_FILENO, Said.text());
    ::_exit(FailureStatus);
  }
  for (;;)
    ::pause();
}

/// Everything here is async-signal-safe (signal-safety(7)). An executor dies
/// with us: its pipe hangs up, and PR_SET_PDEATHSIG kills it. \p Pc is in the
/// function that failed, if it matters which that is.
[[noreturn]] void die(std::string_view What, std::optional<uintptr_t> Pc) {
  takeWord();
  constexpr size_t LongestReason = 1024;
  Said.append(ProgramName);
  Said.append(": error: ");
  size_t Start = Said.text().size();
  Said.append(WordsOfCrash);
  Said.append(std::string_view(Context.load()).substr(0, LongestReason));
  Said.append(": ");
  Said.append(What.substr(0, LongestReason));
  Said.append("\n");
  if (Pc) {
    const controller::Reproducer *Left = ToLeave;
    if (Left)
      Crash.Folder = controller::writeCrashFolder(*Left);
    Crash.Pc = *Pc;
    Said.appendTestimony(testify);
    if (!Crash.Folder.empty())
      for (std::string_view Part :
           {std::string_view(ProgramName),
            std::string_view(": note: this shows it again: "), Crash.Folder,
            std::string_view("/"), controller::CrashScript,
            std::string_view("\n")})
        Said.append(Part);
  }
  if (LastWords)
    LastWords(Said.text().substr(Start, Said.text().size() - Start - 1));
  // Not for ever: there may be nobody who reads, and others wait for our word.
  controller::writePatiently(STDERR_FILENO, Said.text());
  ::_exit(FailureStatus);
}

void onFatalError(void *, const char *Reason, bool) {
  std::string_view Text(Reason);
  while (!Text.empty() && Text.back() == '\n')
    Text.remove_suffix(1);
  waitBefore();
  die(Text, reinterpret_cast<uintptr_t>(__builtin_return_address(0)));
}

void onOutOfMemory(void *, const char *Reason, bool) {
  die(Reason, std::nullopt);
}

uintptr_t programCounter(const void *Context) {
#ifdef __x86_64__
  return static_cast<uintptr_t>(
      static_cast<const ucontext_t *>(Context)->uc_mcontext.gregs[REG_RIP]);
#else
  return 0;
#endif
}

void onCrash(int Signal, siginfo_t *, void *Context) {
  // Who finds the heap broken has it locked.
  if (Signal != SIGABRT)
    waitBefore();
  char Text[] = "it crashed with signal 00";
  Text[sizeof(Text) - 3] = static_cast<char>('0' + Signal / 10);
  Text[sizeof(Text) - 2] = static_cast<char>('0' + Signal % 10);
  die(Text, programCounter(Context));
}

} // namespace

void installFatalErrorHandler(const char *Program, int ExitStatus) {
  ProgramName = Program;
  FailureStatus = ExitStatus;
  IsHeard = true;
  llvm::install_fatal_error_handler(onFatalError);
  llvm::install_bad_alloc_error_handler(onOutOfMemory);
  std::set_new_handler([] { die("out of memory", std::nullopt); });
}

namespace {

/// Deeply nested input overflows the stack; the handler, and the witness, need
/// another. What is not used of it costs nothing.
class AlternateStack {
public:
  AlternateStack() {
    void *Mapped = ::mmap(nullptr, Size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (Mapped == MAP_FAILED)
      return;
    Memory = Mapped;
    stack_t Alternate = {};
    Alternate.ss_sp = Memory;
    Alternate.ss_size = Size;
    ::sigaltstack(&Alternate, nullptr);
  }
  ~AlternateStack() {
    if (!Memory)
      return;
    stack_t None = {};
    None.ss_flags = SS_DISABLE;
    ::sigaltstack(&None, nullptr);
    ::munmap(Memory, Size);
  }
  AlternateStack(const AlternateStack &) = delete;
  AlternateStack &operator=(const AlternateStack &) = delete;

private:
  static constexpr size_t Size = 1024 * 1024;
  void *Memory = nullptr;
};

} // namespace

void guardThisThread() {
  static thread_local AlternateStack Its;
  // Or it would be made when it is first used.
  [[maybe_unused]] void *Made = &Its;
}

void installCrashGuard() {
  guardThisThread();
  struct sigaction Action = {};
  Action.sa_sigaction = onCrash;
  Action.sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO;
  sigemptyset(&Action.sa_mask);
  for (int Signal : CrashSignals)
    ::sigaction(Signal, &Action, nullptr);
}

void removeCrashGuard() {
  for (int Signal : CrashSignals)
    ::signal(Signal, SIG_DFL);
  setReproducer(nullptr);
  setCrashSources(nullptr);
}

void setBeforeFailure(void (*Wait)(void *), void *Its) {
  OfBeforeFailure = Its;
  BeforeFailure = Wait;
}

void setReproducer(const controller::Reproducer *What) { ToLeave = What; }

void setCrashSources(const SourceFiles *Files) { Sources = Files; }

CrashUnit::CrashUnit(llvm::function_ref<llvm::SmallVector<char, 0>()> Bitcode) {
  Unit = Bitcode;
}

CrashUnit::~CrashUnit() { Unit.reset(); }

void setCrashContext(const std::string &Step) {
  if (!IsHeard)
    return;
  // Now, because what prints it has no time. Names may be anything.
  std::string Doing = controller::printable(Step);
  Context = ::strdup(Doing.c_str());
}

const char *crashContext() { return Context; }

void setLastWords(void (*Words)(std::string_view)) { LastWords = Words; }

} // namespace remoterun::jit
