//===- LateLink.h - Late functions for a program that runs ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_LINK_LATELINK_H
#define REMOTERUN_DRIVER_LINK_LATELINK_H

#include "controller/session/WindowMemory.h"
#include "driver/compile/LateWorkers.h"
#include "driver/link/LateNames.h"
#include "driver/link/LinkedLate.h"
#include "jit/link/LateLinker.h"
#include "jit/link/LateWindows.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Allocator.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace remoterun::driver {

/// Links what LateWorkers compile, for one executor, and puts it where the
/// program finds it. What it shares with the program is LateWindows.h.
class LateLink {
public:
  /// \p Memory is as large as the file of \p Windows, and the executor's.
  /// If \p PageSize is not 0, debuggers are told of functions that come, whose
  /// pages are of that size.
  LateLink(std::shared_ptr<controller::WindowMemory> Memory,
           jit::LateWindows Windows, uint64_t PageSize = 0);
  LateLink(const LateLink &) = delete;
  LateLink &operator=(const LateLink &) = delete;

  const jit::LateWindows &windows() const { return Windows; }

  /// Reads what \p Before has of code into the windows, where nobody looks at
  /// it yet; false where it is not as it was kept, or does not fit: what is
  /// there then is of no use.
  bool fill(const KeptLate &Before) const;
  /// Once the program has its place, which may be another than before: has it
  /// find in the windows what was filled in from \p Before last, or nothing
  /// where that is null. To be called by the thread whose end is the
  /// controller's.
  Expected<void> prepare(const LateTables &Tables,
                         std::shared_ptr<const jit::PlanOnDemand> Plan,
                         const jit::Isa &Target, const KeptLate *Before);
  /// After that, where it is not our memory: puts in what \p Workers have
  /// compiled by now, so that the program starts with it.
  void placeEarly(LateWorkers &Workers);
  /// When the program runs: gives it what is compiled, and has \p Workers
  /// compile what it asks for. The last is a thread's that has nothing else to
  /// do; it ends when everything is there, and calls \p WhenComplete.
  void begin(LateWorkers &Workers, std::function<void()> WhenComplete);

  /// When the program has ended: if it has left processes behind that may call
  /// what is not there, a process of ours stays, too, with no descriptors,
  /// until all is there, and calls what begin() was given. Nothing else is to
  /// be done in this one then. Whether there is such a process.
  bool leaveHelper();

  /// Where this process will be another program, which the program \p Guest is
  /// debugged by: leaves a process of ours that does the rest. \p Begin is
  /// called there in place of being called here, once \p Its compile, and \p
  /// Keep when the program has ended. Says what goes wrong, and ends the
  /// program then. False where there cannot be such a process.
  bool serveFromHelper(LateWorkers &Its, pid_t Guest,
                       const std::function<void()> &Begin,
                       const std::function<void()> &Keep);

  /// What came of it.
  std::optional<Failure> failure() const;
  /// How long the program has waited for functions, all threads together, as
  /// far as anybody has noticed.
  std::chrono::microseconds waited() const;
  /// Nothing will come any more.
  bool isComplete() const { return Left == 0; }
  /// Fast code may run, in a loop, for which there can be better code.
  bool hasLoops() const { return HasLoops; }
  /// Where late functions lie, by their names. Of what prepare() was given, \p
  /// Kept has the object of a function.
  std::vector<jit::LateFunction>
  functions(const std::function<jit::ObjectSource(uint32_t)> &Kept) const;
  /// Something was linked that prepare() was not given.
  bool hasGrown() const { return Grown; }
  /// What is linked, when nothing more is compiled.
  LinkedLate linked() const;

  /// Has \p Do called when something has failed, once and on any thread: the
  /// program waits for what will not come.
  void whenItFails(std::function<void()> Do);

  /// Of what a run needs that earlier ones have kept.
  static Failure changedInCache();

private:
  friend class LateRequests;

  struct Place {
    ExecutorAddr Entry;   ///< Of the function.
    ExecutorAddr Request; ///< What is in the slot until there is code.
    ExecutorAddr Body;    ///< Of its final code; null until that is there.
    /// The words that loops of its fast code look into; empty for none.
    ExecutorRange Loops = {};
  };

  /// All that is in the code.
  struct Placed {
    llvm::StringRef Name; ///< In NameMemory.
    ExecutorRange Range;
    jit::ObjectSource Object;
    bool IsContinuation;
  };

  void own();
  void limitHelper();
  void add(const jit::LateFunction &Linked);
  void restore(const KeptLate &Before);
  llvm::ArrayRef<jit::LateFunction> restored() const;
  void take(const LateObject &Object);
  void noteFailure(uint32_t Function, const Failure &Why);
  void failIfItDid(uint32_t Function);
  bool isWanted(uint32_t Function) const;
  /// Its fast code has a loop of that \p Number.
  bool hasLoop(uint32_t Function, unsigned Number) const;
  bool hasCode(uint32_t Function) const;
  /// Whether the program waits for any.
  bool isAwaited() const;
  /// The program has called \p Function. Whether it waits for that.
  bool noteWait(uint32_t Function);
  void fail(Failure Why);
  void publish(uint32_t Function, ExecutorAddr Body);
  void publishLoop(const Place &Its, uint8_t Loop, ExecutorAddr Continuation);
  void tell(const jit::BodySymbol &Symbol);
  bool mayCallDirectly(const Place &Its) const;
  std::optional<jit::LateReference> find(llvm::StringRef Name) const;

  jit::ObjectSource sourceOf(const LateObject &Object);
  void describe(uint32_t Function, llvm::ArrayRef<char> Object,
                const jit::LinkedObject &Linked);

  jit::LateControl &control() const { return Memory->control(); }
  std::atomic_ref<uint64_t> slot(uint32_t Function) const;
  jit::LateWindow window(jit::LateWindows::Kind Which) const;
  void placeIndex(uint64_t UsedBefore);

  std::shared_ptr<controller::WindowMemory> Memory;
  jit::LateWindows Windows;
  const uint64_t PageSize;          ///< 0 where nobody debugs.
  uint64_t UsedForDebuggers = 0;    ///< Bytes of LateWindows::DebugObjects.
  const jit::Isa *Target = nullptr; ///< By prepare().
  std::shared_ptr<const jit::PlanOnDemand> Plan;
  std::shared_ptr<const jit::OnDemand<LateReferences>> References;
  LateWorkers *Workers = nullptr;
  std::optional<jit::LateLinker> Linker;
  std::vector<Place> Places; ///< By number.
  /// Where nothing is linked in this run, nobody asks for names.
  std::unique_ptr<const jit::OnDemand<LateNames>> Names;
  /// What prepare() was given; null for nothing.
  std::shared_ptr<const KeptLate::FunctionList> Restored;
  bool OwnsProgram = false; ///< The mutex is locked.
  /// Held by the thread that serves requests, but while that waits for one.
  std::mutex Serving;
  std::function<void()> OnComplete;
  std::atomic<size_t> Left = 0;
  std::atomic<bool> Grown = false;
  std::atomic<bool> HasLoops = false;
  /// Of objects with debug information; null for none.
  std::shared_ptr<jit::ScratchFile> Scratch;
  bool HasLines = true; ///< Crash reports have lines of source.
  mutable std::mutex Guard;
  std::map<uint32_t, Failure> Failures; ///< Under Guard.
  std::optional<Failure> Reason;        ///< The same: what counts.
  std::function<void()> OnFailure;      ///< The same.
  using Clock = std::chrono::steady_clock;
  std::map<uint32_t, Clock::time_point> Waiting; ///< The same: since when.
  Clock::duration Waited{};                      ///< The same: before that.
  /// Each string for itself would keep a page of what compiling had to itself.
  llvm::BumpPtrAllocator NameMemory;    ///< The same.
  std::vector<Placed> Functions;        ///< The same: linked in this run.
  std::vector<jit::BodySymbol> Symbols; ///< The same.
};

} // namespace remoterun::driver

#endif
