//===- BodySurvey.cpp - Bodies read, judged and dropped -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/BodySurvey.h"
#include "jit/base/LlvmErrors.h"
#include "jit/codegen/CompilerThread.h"
#include "jit/codegen/LabelValues.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"

#include <utility>

using namespace llvm;

namespace remoterun::jit {

/// Facts of one function, by numbers.
struct BodySurvey::Found {
  struct Called {
    Number Of;
    float Chance;
    unsigned Places;
  };

  Number Function = 0;
  BodyFacts Plain; ///< What has no globals in it.
  std::vector<Called> Calls;
  std::vector<Number> Taken, References;
};

struct BodySurvey::Place {
  std::unique_ptr<UnitReader> From;
  std::optional<BodyWalker> Walker;

  /// False where the module is not sound. One of all who read it \p Verifies
  /// what is not in bodies.
  bool open(MemoryBufferRef Bitcode, bool Verifies);
  /// Nothing where it is not sound, is described for debuggers without the rest
  /// of the module, or refers to what is not in the file.
  std::optional<Found> read(Number Wanted);
};

/// Of the body alone. verifyFunction() looks at all that refers to the function
/// as well, through tables and what refers to those: here, it is the body of
/// another, to which nothing refers.
static bool hasSoundBody(Function &F) {
  if (hasLabelValues(F))
    return !verifyFunction(F);
  auto *Alone =
      Function::Create(F.getFunctionType(), F.getLinkage(), F.getAddressSpace(),
                       /*N=*/"", F.getParent());
  Alone->copyAttributesFrom(&F);
  Alone->copyMetadata(&F, /*Offset=*/0);
  Alone->stealArgumentListFrom(F);
  Alone->splice(Alone->end(), &F);
  const bool Is = !verifyFunction(*Alone);
  F.stealArgumentListFrom(*Alone);
  F.splice(F.end(), Alone);
  Alone->eraseFromParent();
  return Is;
}

bool BodySurvey::Place::open(MemoryBufferRef Bitcode, bool Verifies) {
  From = UnitReader::open(Bitcode);
  if (!From)
    return false;
  Walker.emplace(From->module());
  bool HasBrokenDebugInfo = false;
  return !Verifies ||
         (!verifyModule(From->module(), nullptr, &HasBrokenDebugInfo) &&
          !HasBrokenDebugInfo);
}

std::optional<BodySurvey::Found> BodySurvey::Place::read(Number Wanted) {
  auto &F = *cast<Function>(From->global(Wanted));
  if (Error E = From->read(F)) {
    consumeError(std::move(E));
    return std::nullopt;
  }
  if (From->hasDiagnostics() || F.getSubprogram() || !hasSoundBody(F))
    return std::nullopt;
  Found Its;
  Its.Function = Wanted;
  Its.Plain = Walker->walk(F);
  for (const GlobalValue *Each : Its.Plain.References) {
    auto Number = From->numberOf(Each);
    if (!Number)
      return std::nullopt;
    Its.References.push_back(*Number);
  }
  // All of these are among the references.
  for (const BodyFacts::Called &Each : Its.Plain.Calls)
    Its.Calls.push_back({*From->numberOf(Each.Of), Each.Chance, Each.Places});
  for (const Function *Each : Its.Plain.Taken)
    Its.Taken.push_back(*From->numberOf(Each));
  Its.Plain.References.clear();
  Its.Plain.Calls.clear();
  Its.Plain.Taken.clear();
  UnitReader::drop(F);
  return Its;
}

BodySurvey::BodySurvey(MemoryBufferRef Bitcode, unsigned Jobs,
                       std::function<void()> OnThreadStart)
    : Bitcode(Bitcode), OnThreadStart(std::move(OnThreadStart)) {
  // What each of them reads first would be more than what it saves.
  constexpr unsigned Most = 4;
  for (unsigned Started = 1; Started < std::min(Jobs, Most); ++Started)
    if (auto Thread = startCompilerThread(runThread, this))
      Threads.push_back(*Thread);
}

void BodySurvey::follow(Module &M) {
  for (GlobalValue &Value : M.global_values()) {
    if (auto *F = dyn_cast<Function>(&Value))
      Numbers[F] = static_cast<Number>(Globals.size());
    Globals.push_back(&Value);
  }
}

BodySurvey::~BodySurvey() { finish(); }

std::vector<std::unique_ptr<UnitReader>> BodySurvey::finish() {
  {
    std::lock_guard Lock(Guard);
    IsOver = true;
    Changed.notify_all();
  }
  for (pthread_t Each : std::exchange(Threads, {}))
    ::pthread_join(Each, nullptr);
  if (Own)
    Readers.push_back(std::move(Own->From));
  Own.reset();
  return std::move(Readers);
}

void *BodySurvey::runThread(void *Its) {
  static_cast<BodySurvey *>(Its)->work();
  return nullptr;
}

/// On a thread of its own, until there is nothing more to do.
void BodySurvey::work() {
  if (OnThreadStart)
    OnThreadStart();
  Place Its;
  std::unique_lock Lock(Guard);
  openOne(Lock, Its);
  while (!IsOver && !HasFailed) {
    if (auto Next = takeWanted())
      readOne(Lock, Its, *Next);
    else
      Changed.wait(Lock);
  }
  Readers.push_back(std::move(Its.From));
}

/// Under \p Lock. The first sees to what is not in bodies.
void BodySurvey::openOne(std::unique_lock<std::mutex> &Lock, Place &Its) {
  const bool Verifies = !std::exchange(IsVerified, true);
  ++Opening;
  Lock.unlock();
  const bool IsGood = Its.open(Bitcode, Verifies);
  Lock.lock();
  --Opening;
  HasFailed |= !IsGood;
  Changed.notify_all();
}

/// The same, for this thread.
void BodySurvey::openOwn(std::unique_lock<std::mutex> &Lock) {
  Own = std::make_unique<Place>();
  openOne(Lock, *Own);
}

/// Under \p Lock.
void BodySurvey::readOne(std::unique_lock<std::mutex> &Lock, Place &Its,
                         Number Next) {
  Lock.unlock();
  auto Result = Its.read(Next);
  Lock.lock();
  if (Result)
    Done.push_back(std::move(*Result));
  else
    HasFailed = true;
  Changed.notify_all();
}

/// Under Guard.
std::optional<BodySurvey::Number> BodySurvey::takeWanted() {
  if (Wanted.empty())
    return std::nullopt;
  Number Next = Wanted.back();
  Wanted.pop_back();
  return Next;
}

void BodySurvey::want(Function &F) {
  std::lock_guard Lock(Guard);
  Wanted.push_back(Numbers.lookup(&F));
  ++Outstanding;
  Changed.notify_all();
}

std::optional<BodyReader::Body> BodySurvey::next() {
  std::unique_lock Lock(Guard);
  while (!HasFailed && Outstanding != 0) {
    if (!Done.empty()) {
      Found Its = std::move(Done.back());
      Done.pop_back();
      --Outstanding;
      Lock.unlock();
      auto *F = cast<Function>(Globals[Its.Function]);
      const BodyFacts &Known = Facts[F] = translate(std::move(Its));
      return Body{Known.References, Known.Assembly};
    }
    if (!Own)
      openOwn(Lock);
    else if (auto Next = takeWanted())
      readOne(Lock, *Own, *Next);
    else
      Changed.wait(Lock);
  }
  return std::nullopt;
}

bool BodySurvey::isSound() {
  std::unique_lock Lock(Guard);
  if (!IsVerified)
    openOwn(Lock);
  while (Opening != 0)
    Changed.wait(Lock);
  return !HasFailed;
}

/// To what stands for it in the module.
BodyFacts BodySurvey::translate(Found Its) const {
  BodyFacts Known = std::move(Its.Plain);
  for (const Found::Called &Each : Its.Calls)
    Known.Calls.push_back(
        {cast<Function>(Globals[Each.Of]), Each.Chance, Each.Places});
  for (Number Each : Its.Taken)
    Known.Taken.push_back(cast<Function>(Globals[Each]));
  for (Number Each : Its.References)
    Known.References.push_back(Globals[Each]);
  return Known;
}

} // namespace remoterun::jit
