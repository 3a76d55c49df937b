//===- ParallelCodeGen.cpp - Parts of a module on many cores --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/ParallelCodeGen.h"
#include "controller/base/UnusedMemory.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/LlvmErrors.h"
#include "jit/codegen/CompilerThread.h"

#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <numeric>
#include <optional>
#include <pthread.h>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// A part of a unit, and what has become of it.
struct PartWork {
  const PlannedUnit *Unit = nullptr;
  unsigned Number = 0;
  std::optional<Expected<CompiledPart>> Result = {};
  DiagnosticCollector Diagnostics = {};

  size_t weight() const { return Unit->Plan.Weights[Number]; }
};

/// Shared by all threads; what is not atomic is either not changed or touched
/// by the thread that took its number.
class PartQueue {
public:
  PartQueue(ArrayRef<PlannedUnit> Units, const ParallelSettings &Settings)
      : Units(Units), Settings(Settings) {
    for (const PlannedUnit &Unit : Units)
      for (unsigned Number = 0; Number != Unit.Plan.Count; ++Number)
        Parts.push_back({&Unit, Number});
    // The largest first: threads end at about the same time.
    Order.resize(Parts.size());
    std::iota(Order.begin(), Order.end(), 0);
    sort(Order, [&](size_t A, size_t B) {
      return std::pair(Parts[B].weight(), A) < std::pair(Parts[A].weight(), B);
    });
  }

  size_t size() const { return Parts.size(); }

  /// Compiles parts until none is left.
  void work() {
    for (size_t Taken; (Taken = Next++) < Order.size();) {
      PartWork &Part = Parts[Order[Taken]];
      Part.Result = compile(Part);
    }
  }
  void workOnNewThread() {
    if (Settings.OnThreadStart)
      Settings.OnThreadStart();
    work();
  }

  Expected<std::vector<std::vector<CompiledPart>>>
  take(DiagnosticCollector &Into);

private:
  Expected<CompiledPart> compile(PartWork &Part);
  CacheKey keyOf(const Module &Part) const;

  ArrayRef<PlannedUnit> Units;
  const ParallelSettings &Settings;
  std::vector<PartWork> Parts; ///< Unit by unit.
  std::vector<size_t> Order;
  std::atomic<size_t> Next = 0;
};

CacheKey PartQueue::keyOf(const Module &Part) const {
  SmallVector<char, 0> Bytes = writeBitcode(Part);
  return makeCacheKey(Settings.Choices, StringRef(Bytes.data(), Bytes.size()));
}

Expected<CompiledPart> PartQueue::compile(PartWork &Work) {
  const PlannedUnit &Unit = *Work.Unit;
  StringRef Bitcode(Unit.Bitcode.data(), Unit.Bitcode.size());
  auto MakeAnew = [&] {
    LLVMContext Apart;
    auto Part = extractPartition(Bitcode, Unit.Plan, Work.Number, Apart);
    return Part ? writeBitcode(**Part) : SmallVector<char, 0>();
  };
  CrashUnit ToLeave(MakeAnew);
  LLVMContext Context;
  Work.Diagnostics.attachTo(Context);
  auto Part = extractPartition(Bitcode, Unit.Plan, Work.Number, Context);
  if (!Part)
    return fromLlvm(Blame::Internal, "cannot divide '" + Unit.Name + "'",
                    Part.takeError());
  CacheKey Key = {};
  if (Settings.Cache) {
    Key = keyOf(**Part);
    if (auto Found =
            loadPart(*Settings.Cache, Key, isaOf(Unit.Prototype->triple())))
      return std::move(*Found);
  }
  CodeGenerator Generator = Unit.Prototype->another();
  auto Object = Generator.compile(**Part, Unit.Name, Work.Diagnostics);
  if (!Object)
    return Object.error();
  auto Result = CompiledPart::of(std::move(*Object), Generator);
  Result.Key = Key;
  // A warning is for every run.
  if (Settings.Cache && !Work.Diagnostics.hasWarnings() &&
      Result.IncludedFile.empty() &&
      Settings.Cache->store(Key, Result.bytes(), Result.StartSize))
    Result.KeptIn = Settings.Cache->pathOf(Key);
  return Result;
}

Expected<std::vector<std::vector<CompiledPart>>>
PartQueue::take(DiagnosticCollector &Into) {
  std::vector<std::vector<CompiledPart>> Taken;
  for (PartWork *Part = Parts.data(); const PlannedUnit &Unit : Units) {
    MutableArrayRef<PartWork> Its(Part, Unit.Plan.Count);
    Part += Unit.Plan.Count;
    for (PartWork &Each : Its)
      Into.append(std::move(Each.Diagnostics));
    // All that LLVM found wrong, or else what else failed.
    if (auto Checked = Into.check(Unit.Name); !Checked)
      return Checked.error();
    std::vector<CompiledPart> &Compiled = Taken.emplace_back();
    for (PartWork &Each : Its) {
      if (!*Each.Result)
        return Each.Result->error();
      Compiled.push_back(std::move(**Each.Result));
    }
  }
  return Taken;
}

/// Threads that work beside the calling one. Where the system gives fewer than
/// wanted, fewer do.
class Helpers {
public:
  Helpers(PartQueue &Queue, unsigned Wanted) {
    while (Threads.size() != Wanted) {
      auto Thread = startCompilerThread(run, &Queue);
      if (!Thread)
        break;
      Threads.push_back(*Thread);
    }
  }
  ~Helpers() {
    for (pthread_t Thread : Threads)
      pthread_join(Thread, nullptr);
  }
  Helpers(const Helpers &) = delete;
  Helpers &operator=(const Helpers &) = delete;

private:
  static void *run(void *Queue) {
    static_cast<PartQueue *>(Queue)->workOnNewThread();
    controller::returnHeapOfThread();
    return nullptr;
  }

  std::vector<pthread_t> Threads;
};

} // namespace

Expected<std::vector<std::vector<CompiledPart>>>
compileInParts(ArrayRef<PlannedUnit> Units, const ParallelSettings &Settings,
               DiagnosticCollector &Diagnostics) {
  PartQueue Queue(Units, Settings);
  {
    size_t Threads = std::min<size_t>(Settings.Jobs, Queue.size());
    Helpers Others(Queue, static_cast<unsigned>(Threads) - 1);
    Queue.work();
  }
  return Queue.take(Diagnostics);
}

} // namespace remoterun::jit
