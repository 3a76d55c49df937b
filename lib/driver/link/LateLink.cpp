//===- LateLink.cpp - Late functions for a program that runs --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/LateLink.h"
#include "controller/base/UnusedMemory.h"
#include "jit/codegen/CompilerThread.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <chrono>
#include <climits>
#include <csignal>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace llvm;

namespace remoterun::driver {

using jit::LateCode;
using jit::LateWindows;

namespace {

void wake(uint32_t &Word) {
  ::syscall(SYS_futex, &Word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

using std::chrono::milliseconds;

/// Not for ever: a filter of system calls (seccomp(2)) may keep the program
/// from waking us.
void waitWhile(uint32_t &Word, uint32_t Value, milliseconds Longest) {
  const timespec Patience = {0, Longest.count() * 1'000'000};
  ::syscall(SYS_futex, &Word, FUTEX_WAIT, Value, &Patience, nullptr, 0);
}

} // namespace

LateLink::LateLink(controller::SharedMemory Memory, LateWindows Windows)
    : Memory(std::move(Memory)), Windows(Windows) {}

std::atomic_ref<uint64_t> LateLink::slot(uint32_t Function) const {
  uint8_t *Slots = Memory.bytes().data() + Windows.offset(LateWindows::Slots);
  return std::atomic_ref(reinterpret_cast<uint64_t *>(Slots)[Function]);
}

jit::LateWindow LateLink::window(LateWindows::Kind Which) const {
  ExecutorRange Range = Windows.range(Which);
  return {Range, {Memory.bytes().data() + Windows.offset(Which), Range.Size}};
}

bool LateLink::prepare(LateTables Tables, const jit::LatePlan &NewPlan,
                       const jit::Isa &Target, const LinkedLate *Before) {
  Plan = &NewPlan;
  Windows.place(Tables.Windows);
  Left = Plan->Functions.size();
  const LateCode &Entries = *Target.Late;
  Others = std::move(Tables.Others);
  Numbers.clear();
  Places.clear();
  for (uint32_t Number = 0; Number != Plan->Functions.size(); ++Number) {
    ExecutorAddr Entry = Tables.Entries + Number * Entries.EntrySize;
    Places.push_back({Entry, Entry + Entries.RequestOffset, {}});
    StringRef Name =
        GlobalValue::dropLLVMManglingEscape(Plan->Functions[Number].Name);
    if (!Others.contains(Name))
      Numbers[Name] = Number;
    slot(Number) = Places.back().Request.value();
  }
  Grown = false;
  Functions.clear();
  jit::LateWindow Code = window(LateWindows::Code);
  jit::LateWindow Constants = window(LateWindows::Constants);
  jit::LateWindow Index = window(LateWindows::Index);
  bool IsRestored = Before && restore(*Before);
  if (IsRestored) {
    Code.Used = Before->Code.size();
    Constants.Used = Before->Constants.size();
  } else {
    llvm::copy(Tables.UnwindIndex, Index.Memory.begin());
  }
  Linker.emplace(Target, Code, Constants, Index);
  if (!OwnsProgram)
    own();
  return IsRestored;
}

/// The kernel tells the program when the thread that has called this is gone,
/// whatever has ended it.
void LateLink::own() {
  pthread_mutexattr_t Attributes;
  pthread_mutexattr_init(&Attributes);
  pthread_mutexattr_setpshared(&Attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&Attributes, PTHREAD_MUTEX_ROBUST);
  static_assert(sizeof(pthread_mutex_t) <= sizeof(jit::LateControl::Owner));
  auto *Owner = reinterpret_cast<pthread_mutex_t *>(control().Owner);
  pthread_mutex_init(Owner, &Attributes);
  pthread_mutexattr_destroy(&Attributes);
  pthread_mutex_lock(Owner);
  OwnsProgram = true;
}

void LateLink::begin(LateWorkers &Its, std::function<void()> WhenComplete) {
  Workers = &Its;
  OnComplete = std::move(WhenComplete);
  Workers->deliverTo([this](const LateObject &Object) { take(Object); });
  jit::startCompilerThread(listen, this);
}

/// The program writes bytes into memory that it shares with us: of what it may
/// write, none does more than have a function compiled.
void *LateLink::listen(void *Its) {
  auto &Link = *static_cast<LateLink *>(Its);
  jit::LateControl &Control = Link.control();
  std::vector<bool> IsKnown(Link.Places.size(), false);
  std::atomic_ref Requests(Control.Requests);
  // Who has asked will ask again soon.
  constexpr milliseconds Shortest(20), Longest(320);
  milliseconds Patience = Shortest;
  // A program that ends soon does not need better code.
  constexpr milliseconds Soon(100);
  const auto Start = std::chrono::steady_clock::now();
  while (!Link.isComplete()) {
    if (std::chrono::steady_clock::now() - Start >= Soon)
      Link.Workers->improve();
    uint32_t Seen = Requests;
    Patience = std::min(2 * Patience, Longest);
    for (uint32_t Number = 0; Number != IsKnown.size(); ++Number) {
      if (IsKnown[Number] || !Link.isWanted(Number))
        continue;
      IsKnown[Number] = true;
      Patience = Shortest;
      Link.noteWait(Number);
      Link.failIfItDid(Number);
      Link.Workers->request(Number);
    }
    Link.Workers->replaceStuck();
    waitWhile(Control.Requests, Seen, Patience);
  }
  Link.OnComplete();
  controller::returnHeapOfThread();
  controller::returnFreedMemory();
  Link.Memory.letGoPages();
  // The compiler is not needed any more.
  controller::returnProgramPages();
  return nullptr;
}

bool LateLink::leaveHelper() {
  if (!Workers || isComplete() ||
      std::atomic_ref(control().HasForked).load() == 0)
    return false;
  int Ready[2];
  if (::pipe2(Ready, O_CLOEXEC) != 0)
    return false;
  auto *Owner = reinterpret_cast<pthread_mutex_t *>(control().Owner);
  pthread_mutex_unlock(Owner);
  // Threads are not inherited: none may be in the middle of something.
  Workers->stop();
  pid_t Helper = isComplete() ? -1 : ::fork();
  // Who waits will end with us.
  if (Helper == -1)
    pthread_mutex_lock(Owner);
  if (Helper == 0) {
    own();
    whenItFails([] { ::_exit(125); });
    // It ends by itself, whatever threads that are gone have left of LLVM.
    constexpr unsigned Patience = 600; // seconds
    ::signal(SIGALRM, SIG_DFL);
    ::alarm(Patience);
    ::setsid();
    if (auto Source = Workers->source())
      Source->readAll();
    // Ends the pipe of who waits for our output, and Ready.
    ::close_range(0, ~0U, 0);
    Workers->start(std::nullopt);
    begin(*Workers, OnComplete);
    Workers->await();
    OnComplete();
    ::_exit(0);
  }
  ::close(Ready[1]);
  // On a machine that has no time for it, the program's status must come, too.
  constexpr int Patience = 1000; // milliseconds
  pollfd Closed = {Ready[0], POLLIN, 0};
  ::poll(&Closed, 1, Patience);
  return Helper > 0;
}

std::optional<jit::LateReference> LateLink::find(StringRef Name) const {
  if (auto Number = Numbers.find(Name); Number != Numbers.end()) {
    const Place &Its = Places[Number->second];
    return jit::LateReference{.Address = Its.Entry,
                              .Call = Its.Body.isNull() ? Its.Entry : Its.Body,
                              .Pointer = {}};
  }
  auto Other = Others.find(Name);
  return Other == Others.end() ? std::nullopt : std::optional(Other->second);
}

void LateLink::take(const LateObject &Object) {
  if (!Object.Object) {
    noteFailure(Object.Of.Function, Object.Object.error());
    return;
  }
  auto Linked = Linker->link(*Object.Object,
                             [this](StringRef Name) { return find(Name); });
  if (!Linked) {
    Failure Why = Linked.error();
    Why.Message += "; --lazy=off compiles and links all of the program first";
    noteFailure(Object.Of.Function, std::move(Why));
    return;
  }
  uint32_t Function = Object.Of.Function;
  StringRef Name =
      GlobalValue::dropLLVMManglingEscape(Plan->Functions[Function].Name);
  std::optional<ExecutorAddr> Body;
  for (jit::LateFunction &Each : *Linked) {
    StringRef Known = Each.Name;
    if (!Known.consume_back(jit::LateBody) || Known != Name)
      continue;
    Each.Name = Name;
    Body = Each.Range.Start;
  }
  jit::ObjectSource Source = sourceOf(Object);
  for (jit::LateFunction &Each : *Linked)
    Each.Object = Source;
  // What calls it may crash in it.
  {
    std::lock_guard Lock(Guard);
    for (const jit::LateFunction &Each : *Linked)
      add(Each);
  }
  Grown = true;
  // Two may have compiled it.
  if (Body && Places[Function].Body.isNull()) {
    if (!Object.Of.IsFast) {
      Places[Function].Body = *Body;
      --Left;
    }
    publish(Function, *Body);
  }
}

/// Where a crash report finds lines.
jit::ObjectSource LateLink::sourceOf(const LateObject &Object) {
  if (!Plan->Units[Plan->Functions[Object.Of.Function].Unit].HasDebugInfo)
    return {};
  auto Owned = std::make_shared<jit::ObjectBytes>(*Object.Object);
  auto Source =
      jit::ObjectSource::inMemory({Owned, {Owned->data(), Owned->size()}});
  if (!Scratch)
    Scratch = jit::ScratchFile::create();
  if (Scratch)
    Source.moveTo(Scratch);
  return Source;
}

void LateLink::noteWait(uint32_t Function) {
  std::lock_guard Lock(Guard);
  if (slot(Function) == Places[Function].Request.value())
    Waiting.try_emplace(Function, Clock::now());
}

std::chrono::microseconds LateLink::waited() const {
  std::lock_guard Lock(Guard);
  Clock::duration All = Waited;
  for (const auto &[Function, Since] : Waiting)
    All += Clock::now() - Since;
  return std::chrono::duration_cast<std::chrono::microseconds>(All);
}

void LateLink::publish(uint32_t Function, ExecutorAddr Body) {
  slot(Function).store(Body.value(), std::memory_order_release);
  {
    std::lock_guard Lock(Guard);
    if (auto Its = Waiting.find(Function); Its != Waiting.end()) {
      Waited += Clock::now() - Its->second;
      Waiting.erase(Its);
    }
  }
  std::atomic_ref(control().Answers).fetch_add(1);
  wake(control().Answers);
}

/// Of what is never called, nobody hears. With code that was made fast, there
/// is no need for better.
void LateLink::noteFailure(uint32_t Function, Failure Why) {
  if (slot(Function) != Places[Function].Request.value())
    return;
  {
    std::lock_guard Lock(Guard);
    Failures.try_emplace(Function, std::move(Why));
  }
  if (isWanted(Function))
    failIfItDid(Function);
}

bool LateLink::isWanted(uint32_t Function) const {
  return std::atomic_ref(control().Wanted[Function]).load() != 0;
}

void LateLink::failIfItDid(uint32_t Function) {
  std::optional<Failure> Why;
  {
    std::lock_guard Lock(Guard);
    if (auto Its = Failures.find(Function); Its != Failures.end())
      Why = Its->second;
  }
  if (Why)
    fail(*Why);
}

void LateLink::fail(Failure Why) {
  std::lock_guard Lock(Guard);
  if (Reason)
    return;
  Reason = std::move(Why);
  if (OnFailure)
    OnFailure();
}

void LateLink::whenItFails(std::function<void()> Do) {
  std::lock_guard Lock(Guard);
  OnFailure = std::move(Do);
  if (Reason)
    OnFailure();
}

std::optional<Failure> LateLink::failure() const {
  std::lock_guard Lock(Guard);
  return Reason;
}

} // namespace remoterun::driver
