//===- LateWorkers.h - Threads that compile while it runs -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_LATEWORKERS_H
#define REMOTERUN_DRIVER_COMPILE_LATEWORKERS_H

#include "driver/compile/LateObjects.h"
#include "driver/compile/LateQueue.h"
#include "jit/codegen/LateCompiler.h"
#include "jit/codegen/LateSource.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace remoterun::driver {

/// Compiles late functions, what is asked for first. Threads begin with what
/// will probably be called, before the program runs. They end when everything
/// is compiled, or else with the process.
///
/// What nobody waits for is compiled on threads that take little from what else
/// wants to run. Where much does, they would hardly run themselves, and the
/// program would run fast code for long: there is one that does not stand back,
/// for what the program has called, once that hardly waits any more.
class LateWorkers {
public:
  using Sink = std::function<void(const LateObject &)>;

  /// \p OnThreadStart is called on each of \p Jobs threads, before any code of
  /// LLVM's.
  LateWorkers(std::shared_ptr<const jit::PlanOnDemand> Plan,
              std::shared_ptr<jit::LateSource> Source, unsigned Jobs,
              std::function<void()> OnThreadStart);
  LateWorkers(const LateWorkers &) = delete;
  LateWorkers &operator=(const LateWorkers &) = delete;
  ~LateWorkers() { stop(); }

  const std::shared_ptr<const jit::PlanOnDemand> &plan() const {
    return Planned;
  }

  /// Before anything else: keeps what is compiled, for takeFinished().
  void keepFinished() { KeepsFinished = true; }
  /// They will not be wanted after all.
  void forgetFinished();
  /// Begins, or goes on after stop(), with \p Functions, which will be called
  /// first, as far as that is known. Everything is compiled in the end.
  void start(llvm::ArrayRef<uint32_t> Functions);
  /// In place of start(), where earlier runs have compiled \p Before: only what
  /// is called is compiled, and no thread begins before that, or improve(). May
  /// be called again before that, where less is left of it.
  void resume(const std::vector<LateQueue::Task> &Before);
  /// After that, and before the program runs: what is to be delivered of it.
  void provide(std::vector<LateObject> Objects);
  /// To be called when the program has run for a while, and now and then from
  /// there on: has better code made where there is only fast code, of what was
  /// resumed, too. With \p AtOnce, since it hardly waits any more, what was
  /// called has it soon whatever else wants the processors.
  void improve(bool AtOnce);
  /// Waits until what is being compiled is done, and compiles nothing more.
  void stop();
  /// Has \p Take called with all objects, also with those that are there
  /// already: on the workers' threads, by one at a time.
  void deliverTo(Sink Take);
  /// See LateQueue; before start(). Not where one thread does everything.
  void foresee(uint32_t Function) {
    if (Jobs > 1)
      Queue.foresee(Function);
  }
  /// See LateQueue.
  void expectLongWaits();
  /// Before start() or resume(): what runs of fast code can go on in the code
  /// that was asked for. There is something to do for as long as the program
  /// runs then.
  void replaceLoops() { ReplacesLoops = true; }
  /// Before that: gives \p Look what is there already, and keeps it.
  void forEachEarly(const Sink &Look);
  /// Has everything compiled, whatever is called.
  void completeAll();
  /// That has happened, and all was delivered.
  bool isDone() const;
  /// The program waits for \p Function. Any thread may say so, and again. False
  /// where nothing is known of it any more (PlanOnDemand).
  [[nodiscard]] bool request(uint32_t Function);
  /// The program has called these, which have fast code, in a slice of time
  /// that has passed. \p IsRunning: it has run more than it has waited.
  struct Seen {
    uint32_t Function = 0;
    std::optional<uint8_t> Loop; ///< What the function told of last.
  };
  void noteCalls(llvm::ArrayRef<Seen> All, bool IsRunning);
  LateQueue::Counts counts() const;
  /// Until everything is compiled.
  void await();
  struct Taken {
    std::vector<LateObject> Objects; ///< Each function's best.
    /// The IR of the other functions; null where there are none.
    std::shared_ptr<jit::LateSource> Source;
  };
  /// What was made in this run. Nothing more is compiled; what is being
  /// compiled is lost.
  Taken takeFinished();
  /// What LLVM has warned of in code that is final, each once: code that was
  /// made fast is not what was asked for.
  std::vector<std::string> warnings() const;
  /// Null where all is compiled.
  std::shared_ptr<jit::LateSource> source() const;
  /// Has all in memory, for a process that has no descriptors. While no thread
  /// is there.
  void stayInMemory();
  /// To be called now and then: where LLVM has failed, for good, at what the
  /// program has not called, others go on.
  void replaceStuck();

private:
  struct Worker {
    LateWorkers *Of;
    LateQueue::Share Does;
    pthread_t Thread = {};
    LateQueue::Task Now = {};
    /// Under Guard: since when it is at that, by the clock and by its own time
    /// on a processor.
    LateQueue::Clock::time_point Since = {};
    std::chrono::nanoseconds OwnSince = {};
    bool IsAlone = false; ///< The same: at that.
    std::atomic<bool> IsStuck = false;
    bool IsReplaced = false;
  };

  bool standsBack(const Worker &Its) const {
    return Its.Does == LateQueue::Share::All && Jobs > 1;
  }
  static void *runThread(void *Its);
  static void waitUntilCalled(void *Its);
  bool hasPlan();
  void startThreads();
  void startOne(LateQueue::Share Does);
  void finishStuck(Worker &Its);
  void work(Worker &Self);
  /// Of each unit one, if it was needed.
  using Compilers = std::vector<std::unique_ptr<jit::LateCompiler>>;
  std::optional<LateQueue::Task> next(const Worker &Self);
  static bool getsOn(const Worker &Its);
  std::optional<LateQueue::Task> takeFromStarved();
  bool mayShrink(const Worker &Self) const;
  void shrink(std::unique_lock<std::mutex> &Lock);
  void returnFreed();
  void rest(std::unique_lock<std::mutex> &Lock, const Worker &Self,
            Compilers &Own);
  bool isIdleForGood() const;
  /// The object of \p Task; nothing, if that is better done later.
  Expected<std::optional<jit::ObjectBytes>>
  compile(LateQueue::Task &Task, std::unique_ptr<jit::LateCompiler> &Compiler);
  Expected<std::optional<jit::ObjectBytes>> compile(LateQueue::Task &Task,
                                                    jit::LateCompiler &Compiler,
                                                    llvm::Module &Alone);
  void noteWarnings(std::vector<std::string> Said,
                    const jit::PlannedFunction &Function);
  void deliver(LateObject Done);
  void take(LateObject Done);

  std::shared_ptr<const jit::PlanOnDemand> Planned;
  const jit::LatePlan *Plan = nullptr; ///< Before a thread starts.
  const unsigned Jobs;
  std::function<void()> OnThreadStart;
  mutable std::mutex Guard;
  std::condition_variable Changed;
  std::shared_ptr<jit::LateSource> Source; ///< Under Guard.
  LateQueue Queue;                         ///< Under Guard.
  bool IsStopped = false;                  ///< The same.
  bool IsSettled = false;                  ///< The same: it hardly waits.
  bool IsShrunk = false;                   ///< The same: Source.
  bool ReplacesLoops = false;              ///< Before a thread starts.
  LateQueue::Clock::time_point Returned;   ///< The same: by returnFreed().
  unsigned Busy = 0;                       ///< The same: threads that compile.
  std::vector<LateObject> Early; ///< The same: until somebody takes them.
  std::mutex TakeGuard;
  Sink Take;                                    ///< Under TakeGuard.
  bool KeepsFinished = false;                   ///< The same.
  LateObjects Finished;                         ///< The same.
  std::vector<std::unique_ptr<Worker>> Threads; ///< Under Guard.
  /// By function: the program waits for it.
  std::unique_ptr<std::atomic<bool>[]> IsCalled;
  std::atomic<unsigned> Working = 0; ///< Threads that have not ended.
  std::set<std::string> Warnings;    ///< Under Guard.
};

} // namespace remoterun::driver

#endif
