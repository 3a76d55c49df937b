//===- LateLink.cpp - Late functions for a program that runs --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/LateLink.h"
#include "driver/link/LateRequests.h"
#include "jit/codegen/CompilerThread.h"
#include "jit/link/UnwindIndex.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <chrono>
#include <unistd.h>

using namespace llvm;

namespace remoterun::driver {

using jit::LateCode;
using jit::LateWindows;

Failure LateLink::changedInCache() {
  return {Blame::Internal,
          "what the cache has of late functions was changed; empty the cache's "
          "folder, or do without, with --no-cache"};
}

LateLink::LateLink(std::shared_ptr<controller::WindowMemory> Memory,
                   LateWindows Windows)
    : Memory(std::move(Memory)), Windows(Windows) {}

std::atomic_ref<uint64_t> LateLink::slot(uint32_t Function) const {
  uint8_t *Slots = Memory->bytes().data() + Windows.offset(LateWindows::Slots);
  return std::atomic_ref(reinterpret_cast<uint64_t *>(Slots)[Function]);
}

jit::LateWindow LateLink::window(LateWindows::Kind Which) const {
  ExecutorRange Range = Windows.range(Which);
  return {Range, {Memory->bytes().data() + Windows.offset(Which), Range.Size}};
}

bool LateLink::fill(const KeptLate &Before) const {
  constexpr LateWindows::Kind Order[] = {
      LateWindows::Code, LateWindows::Constants, LateWindows::Index};
  for (size_t Number = 0; Number != LinkedLate::WindowCount; ++Number)
    if (Before.used(Number) > Windows.range(Order[Number]).Size)
      return false;
  return Before.read(
      [&](size_t Number, uint64_t Offset, ArrayRef<uint8_t> Bytes) {
        Memory->write(Windows.offset(Order[Number]) + Offset, Bytes);
      });
}

Expected<void> LateLink::prepare(const LateTables &Tables,
                                 std::shared_ptr<const jit::PlanOnDemand> Its,
                                 const jit::Isa &Target,
                                 const KeptLate *Before) {
  Plan = std::move(Its);
  References = Tables.References;
  Names = std::make_unique<jit::OnDemand<LateNames>>(
      [this]() -> std::shared_ptr<const LateNames> {
        const jit::LatePlan *Functions = Plan->All.get();
        const LateReferences *Others = References->get();
        return Functions && Others
                   ? std::make_shared<LateNames>(*Functions, *Others)
                   : nullptr;
      });
  Windows.place(Tables.Windows);
  Left = Plan->Functions;
  const LateCode &Entries = *Target.Late;
  Places.clear();
  for (uint32_t Number = 0; Number != Plan->Functions; ++Number) {
    ExecutorAddr Entry = Tables.Entries + Number * Entries.EntrySize;
    Places.push_back({Entry, Entry + Entries.RequestOffset, {}});
    slot(Number) = Places.back().Request.value();
  }
  Grown = false;
  HasLoops = false;
  Functions.clear();
  Restored = nullptr;
  Symbols.clear();
  jit::LateWindow Code = window(LateWindows::Code);
  jit::LateWindow Constants = window(LateWindows::Constants);
  jit::LateWindow Index = window(LateWindows::Index);
  Memory->place(Windows.offset(LateWindows::Slots),
                Plan->Functions * sizeof(uint64_t));
  if (Before) {
    restore(*Before);
    Code.Used = Before->used(0);
    Constants.Used = Before->used(1);
  } else {
    if (!References->get())
      return changedInCache();
    llvm::copy(References->get()->UnwindIndex, Index.Memory.begin());
  }
  Memory->closeFile();
  Linker.emplace(Target, Code, Constants, Index);
  Memory->place(Windows.offset(LateWindows::Index), Linker->index().Used);
  if (!OwnsProgram && Memory->isShared())
    own();
  return {};
}

void LateLink::placeEarly(LateWorkers &Its) {
  if (!Memory->isShared())
    Its.forEachEarly([this](const LateObject &Object) { take(Object); });
}

void LateLink::begin(LateWorkers &Its, std::function<void()> WhenComplete) {
  Workers = &Its;
  OnComplete = std::move(WhenComplete);
  Memory->begin();
  Workers->deliverTo([this](const LateObject &Object) { take(Object); });
  auto Serve = [](void *Its) -> void * {
    LateRequests(*static_cast<LateLink *>(Its)).serve();
    return nullptr;
  };
  jit::startCompilerThread(Serve, this);
}

std::optional<jit::LateReference> LateLink::find(StringRef Name) const {
  if (Name == jit::LateCode::Control)
    return jit::LateReference{.Address =
                                  Windows.range(LateWindows::Control).Start,
                              .Call = {},
                              .Pointer = {}};
  const LateNames &Known = *Names->get();
  if (auto Number = Known.number(Name)) {
    const Place &Its = Places[*Number];
    return jit::LateReference{.Address = Its.Entry,
                              .Call = Its.Body.isNull() ? Its.Entry : Its.Body,
                              .Pointer = {}};
  }
  return Known.other(Name);
}

void LateLink::take(const LateObject &Object) {
  if (!Object.Object) {
    noteFailure(Object.Of.Function, Object.Object.error());
    return;
  }
  uint32_t Function = Object.Of.Function;
  // Two may have compiled it; there is room for what is of use.
  bool IsFast = Object.Of.IsFast;
  if (!Object.Of.Loop &&
      (!Places[Function].Body.isNull() || (IsFast && hasCode(Function))))
    return;
  const LateNames *Known = Names->get();
  if (!Known) {
    noteFailure(Function, changedInCache());
    return;
  }
  const jit::LateWindow Code = Linker->code(), Constants = Linker->constants(),
                        Index = Linker->index();
  auto Linked = Linker->link(*Object.Object,
                             [this](StringRef Name) { return find(Name); });
  if (!Linked) {
    Failure Why = Linked.error();
    Why.Message += "; --lazy=off compiles and links all of the program first";
    noteFailure(Function, Why);
    return;
  }
  Memory->place(Windows.offset(LateWindows::Code) + Code.Used,
                Linker->code().Used - Code.Used);
  Memory->place(Windows.offset(LateWindows::Constants) + Constants.Used,
                Linker->constants().Used - Constants.Used);
  placeIndex(Index.Used);
  StringRef Name = Known->of(Function);
  std::optional<ExecutorRange> Body;
  for (jit::LateFunction &Each : Linked->Functions) {
    StringRef Its = Each.Name;
    if (!Its.consume_back(jit::LateBody) || Its != Name)
      continue;
    Each.Name = Name;
    Body = Each.Range;
  }
  jit::ObjectSource Source = sourceOf(Object);
  for (jit::LateFunction &Each : Linked->Functions) {
    Each.Object = Source;
    Each.IsContinuation = Object.Of.Loop.has_value();
  }
  // What calls it may crash in it.
  {
    std::lock_guard Lock(Guard);
    for (const jit::LateFunction &Each : Linked->Functions)
      add(Each);
  }
  Grown = true;
  if (!Body)
    return;
  if (Object.Of.Loop) {
    publishLoop(Places[Function], *Object.Of.Loop, Body->Start);
    return;
  }
  if (IsFast && Linked->LoopTable.Size != 0) {
    Places[Function].Loops = Linked->LoopTable;
    HasLoops = true;
  }
  if (auto Symbol = Known->symbolFor(Function, IsFast, *Body))
    tell(*Symbol);
  if (!IsFast) {
    Places[Function].Body = Body->Start;
    --Left;
  }
  publish(Function, Body->Start);
}

/// Of what the program has not called yet.
void LateLink::tell(const jit::BodySymbol &Symbol) {
  {
    std::lock_guard Lock(Guard);
    Symbols.push_back(Symbol);
  }
  Symbol.write(window(LateWindows::Symbols).Memory);
  // The first word makes it one.
  constexpr uint64_t Word = sizeof(uint64_t);
  const uint64_t Place = Windows.offset(LateWindows::Symbols) + Symbol.Offset;
  Memory->place(Place + Word, jit::BodySymbols::SymbolSize - Word);
  Memory->publish(Place);
}

/// Its number of entries tells who looks into it how much there is.
void LateLink::placeIndex(uint64_t UsedBefore) {
  const uint64_t Place = Windows.offset(LateWindows::Index);
  Memory->place(Place + UsedBefore, Linker->index().Used - UsedBefore);
  Memory->publish(Place + jit::UnwindIndex::WordOfCount);
}

/// Where a crash report finds lines.
jit::ObjectSource LateLink::sourceOf(const LateObject &Object) {
  if (!HasLines || !Names->get()->hasDebugInfo(Object.Of.Function))
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

bool LateLink::isAwaited() const {
  std::lock_guard Lock(Guard);
  return !Waiting.empty();
}

bool LateLink::noteWait(uint32_t Function) {
  std::lock_guard Lock(Guard);
  bool IsWaiting = !hasCode(Function);
  if (IsWaiting)
    Waiting.try_emplace(Function, Clock::now());
  return IsWaiting;
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
  Memory->publish(Windows.offset(LateWindows::Slots) +
                  Function * sizeof(uint64_t));
  Memory->answer();
}

/// A loop that begins anew goes on there.
void LateLink::publishLoop(const Place &Its, uint8_t Loop,
                           ExecutorAddr Continuation) {
  const ExecutorRange Word = {Its.Loops.Start + Loop * sizeof(uint64_t),
                              sizeof(uint64_t)};
  const jit::LateWindow Constants = window(LateWindows::Constants);
  if (!Its.Loops.contains(Word) || !Constants.Range.contains(Word))
    return;
  const uint64_t Offset = Word.Start - Constants.Range.Start;
  auto *There = reinterpret_cast<uint64_t *>(Constants.Memory.data() + Offset);
  std::atomic_ref(*There).store(Continuation.value(),
                                std::memory_order_release);
  Memory->publish(Windows.offset(LateWindows::Constants) + Offset);
}

/// Of what is never called, nobody hears. With code that was made fast, there
/// is no need for better.
void LateLink::noteFailure(uint32_t Function, const Failure &Why) {
  if (hasCode(Function))
    return;
  {
    std::lock_guard Lock(Guard);
    Failures.try_emplace(Function, Why);
  }
  if (isWanted(Function))
    failIfItDid(Function);
}

/// Of whatever kind.
bool LateLink::hasCode(uint32_t Function) const {
  return slot(Function) != Places[Function].Request.value();
}

bool LateLink::isWanted(uint32_t Function) const {
  return std::atomic_ref(control().Wanted[Function]).load() != 0;
}

bool LateLink::hasLoop(uint32_t Function, unsigned Number) const {
  return Number < Places[Function].Loops.Size / sizeof(uint64_t);
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
