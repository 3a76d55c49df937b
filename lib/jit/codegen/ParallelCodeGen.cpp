//===- ParallelCodeGen.cpp - Parts of a module on many cores --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/ParallelCodeGen.h"
#include "controller/UnusedMemory.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <csignal>
#include <numeric>
#include <optional>
#include <pthread.h>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Shared by all threads; what is not atomic is either not changed or touched
/// by the thread that took its number.
class PartQueue {
public:
  PartQueue(StringRef Bitcode, const PartitionPlan &Plan,
            const CodeGenerator &Prototype, const std::string &InputName,
            const ParallelSettings &Settings)
      : Bitcode(Bitcode), Plan(Plan), Prototype(Prototype),
        InputName(InputName), Settings(Settings), Order(Plan.Count),
        Parts(Plan.Count), Diagnostics(Plan.Count) {
    // The largest first: threads end at about the same time.
    std::iota(Order.begin(), Order.end(), 0);
    sort(Order, [&](unsigned A, unsigned B) {
      return std::pair(Plan.Weights[B], A) < std::pair(Plan.Weights[A], B);
    });
  }

  /// Compiles parts until none is left.
  void work() {
    for (size_t Taken; (Taken = Next++) < Order.size();) {
      unsigned Number = Order[Taken];
      Parts[Number] = compile(Number);
    }
  }
  void workOnNewThread() {
    if (Settings.OnThreadStart)
      Settings.OnThreadStart();
    work();
  }

  Expected<std::vector<CompiledPart>> take(DiagnosticCollector &Into);

private:
  Expected<CompiledPart> compile(unsigned Number);
  CacheKey keyOf(const Module &Part) const;

  StringRef Bitcode;
  const PartitionPlan &Plan;
  const CodeGenerator &Prototype;
  const std::string &InputName;
  const ParallelSettings &Settings;
  std::vector<unsigned> Order;
  std::atomic<size_t> Next = 0;
  std::vector<std::optional<Expected<CompiledPart>>> Parts;
  std::vector<DiagnosticCollector> Diagnostics;
};

CacheKey PartQueue::keyOf(const Module &Part) const {
  SmallVector<char, 0> Bytes = writeBitcode(Part);
  return makeCacheKey(Settings.Choices, StringRef(Bytes.data(), Bytes.size()));
}

Expected<CompiledPart> PartQueue::compile(unsigned Number) {
  auto MakeAnew = [&] {
    LLVMContext Apart;
    auto Part = extractPartition(Bitcode, Plan, Number, Apart);
    return Part ? writeBitcode(**Part) : SmallVector<char, 0>();
  };
  CrashUnit Unit(MakeAnew);
  LLVMContext Context;
  Diagnostics[Number].attachTo(Context);
  auto Part = extractPartition(Bitcode, Plan, Number, Context);
  if (!Part)
    return fromLlvm(Blame::Internal, "cannot divide '" + InputName + "'",
                    Part.takeError());
  CacheKey Key = {};
  if (Settings.Cache) {
    Key = keyOf(**Part);
    if (auto Found = loadPart(*Settings.Cache, Key, isaOf(Prototype.triple())))
      return std::move(*Found);
  }
  CodeGenerator Generator = Prototype.another();
  auto Object = Generator.compile(**Part, InputName, Diagnostics[Number]);
  if (!Object)
    return Object.error();
  auto Result = CompiledPart::of(std::move(*Object), Generator);
  Result.Key = Key;
  // A warning is for every run.
  if (Settings.Cache && !Diagnostics[Number].hasWarnings() &&
      Result.IncludedFile.empty() &&
      Settings.Cache->store(Key, Result.bytes(), Result.StartSize))
    Result.KeptIn = Settings.Cache->pathOf(Key);
  return Result;
}

Expected<std::vector<CompiledPart>> PartQueue::take(DiagnosticCollector &Into) {
  for (DiagnosticCollector &Each : Diagnostics)
    Into.append(std::move(Each));
  // All that LLVM found wrong, or else what else failed.
  if (auto Checked = Into.check(InputName); !Checked)
    return Checked.error();
  std::vector<CompiledPart> Taken;
  for (std::optional<Expected<CompiledPart>> &Part : Parts) {
    if (!*Part)
      return Part->error();
    Taken.push_back(std::move(**Part));
  }
  return Taken;
}

/// Threads that work beside the calling one. Where the system gives fewer than
/// wanted, fewer do.
class Helpers {
public:
  Helpers(PartQueue &Queue, unsigned Wanted) {
    pthread_attr_t Attributes;
    pthread_attr_init(&Attributes);
    // Code generation recurses deeply; what is not used is not touched.
    constexpr size_t StackSize = 16 * 1024 * 1024;
    pthread_attr_setstacksize(&Attributes, StackSize);
    // Signals are for the main thread, but for those that it is itself at
    // fault for.
    sigset_t All, Before;
    sigfillset(&All);
    for (int Fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP})
      sigdelset(&All, Fault);
    pthread_sigmask(SIG_SETMASK, &All, &Before);
    while (Threads.size() != Wanted) {
      pthread_t Thread;
      if (pthread_create(&Thread, &Attributes, run, &Queue) != 0)
        break;
      Threads.push_back(Thread);
    }
    pthread_sigmask(SIG_SETMASK, &Before, nullptr);
    pthread_attr_destroy(&Attributes);
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

Expected<std::vector<CompiledPart>>
compileInParts(StringRef Bitcode, const PartitionPlan &Plan,
               const CodeGenerator &Prototype, const std::string &InputName,
               const ParallelSettings &Settings,
               DiagnosticCollector &Diagnostics) {
  PartQueue Queue(Bitcode, Plan, Prototype, InputName, Settings);
  {
    Helpers Others(Queue, std::min(Settings.Jobs, Plan.Count) - 1);
    Queue.work();
  }
  return Queue.take(Diagnostics);
}

} // namespace remoterun::jit
