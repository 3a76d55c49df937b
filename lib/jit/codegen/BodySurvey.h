//===- BodySurvey.h - Bodies read, judged and dropped -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The IR of a large program takes far more memory than its file, and longest is
// what touches all of that: to read it, to verify it, to look through it. So
// each function is read, verified and looked through at once, and dropped; and
// as threads cannot share a module that is being read, each has one of its own.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_BODYSURVEY_H
#define REMOTERUN_JIT_CODEGEN_BODYSURVEY_H

#include "jit/codegen/BodyFacts.h"
#include "jit/ir/Reachability.h"

#include "llvm/Support/MemoryBufferRef.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <vector>

namespace remoterun::jit {

/// For one module of bitcode. What is found wrong is not said: the program is
/// then to be loaded in another way, which says it.
class BodySurvey final : public BodyReader {
public:
  /// \p Jobs threads read bodies in \p Bitcode, this one included; the others
  /// are there from now on.
  BodySurvey(llvm::MemoryBufferRef Bitcode, unsigned Jobs,
             std::function<void()> OnThreadStart);
  ~BodySurvey() override;

  /// Before anything is wanted: \p M has been read from the same, without
  /// bodies.
  void follow(llvm::Module &M);

  void want(llvm::Function &F) override;
  std::optional<Body> next() override;

  /// Whether everything that was wanted is sound. When next() has nothing more.
  bool isSound();
  /// What was found.
  llvm::DenseMap<const llvm::Function *, BodyFacts> take() {
    return std::move(Facts);
  }
  /// Ends the threads, and hands over what they have read from, without bodies.
  std::vector<std::unique_ptr<UnitReader>> finish();

private:
  using Number = UnitReader::Number;
  struct Found;
  struct Place; ///< What a thread reads with.

  static void *runThread(void *Its);
  void work();
  void openOne(std::unique_lock<std::mutex> &Lock, Place &Its);
  void openOwn(std::unique_lock<std::mutex> &Lock);
  void readOne(std::unique_lock<std::mutex> &Lock, Place &Its, Number Next);
  std::optional<Number> takeWanted();
  BodyFacts translate(Found Its) const;

  llvm::MemoryBufferRef Bitcode;
  std::vector<llvm::GlobalValue *> Globals; ///< Of the module, by number.
  llvm::DenseMap<const llvm::Function *, Number> Numbers;
  std::function<void()> OnThreadStart;
  std::vector<pthread_t> Threads;
  std::unique_ptr<Place> Own; ///< This thread's.
  llvm::DenseMap<const llvm::Function *, BodyFacts> Facts;

  std::mutex Guard;
  std::condition_variable Changed;
  std::vector<Number> Wanted; ///< All from here on under Guard.
  std::vector<Found> Done;
  std::vector<std::unique_ptr<UnitReader>>
      Readers;             ///< Of threads that are done.
  size_t Outstanding = 0;  ///< Wanted, and not handed out by next().
  bool IsVerified = false; ///< Somebody sees to what is not in bodies.
  unsigned Opening = 0;    ///< Threads that are in openOne().
  bool HasFailed = false;
  bool IsOver = false;
};

} // namespace remoterun::jit

#endif
