//===- BodySurvey.cpp - Bodies read, judged and dropped -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/BodySurvey.h"
#include "jit/base/LlvmErrors.h"
#include "jit/codegen/CompilerThread.h"

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

/// Reads bodies, on one thread.
class BodySurvey::Reader {
public:
  /// Null where the module is not sound. One of all who read it \p Verifies
  /// what is not in bodies.
  static std::unique_ptr<Reader> open(MemoryBufferRef Bitcode, bool Verifies);

  /// Nothing where it is not sound, is described for debuggers without the rest
  /// of the module, or refers to what is not in the file.
  std::optional<Found> read(Number Wanted);

private:
  bool numberAll(ArrayRef<Function *> Of, std::vector<Number> &Into) const;

  LLVMContext Context;
  DiagnosticCollector Diagnostics;
  std::unique_ptr<Module> M;
  std::vector<GlobalValue *> Globals;
  DenseMap<const GlobalValue *, Number> Numbers;
  std::optional<BodyWalker> Walker;
};

std::unique_ptr<BodySurvey::Reader>
BodySurvey::Reader::open(MemoryBufferRef Bitcode, bool Verifies) {
  auto Made = std::make_unique<Reader>();
  Made->Diagnostics.attachTo(Made->Context);
  auto Lazy = getLazyBitcodeModule(Bitcode, Made->Context,
                                   /*ShouldLazyLoadMetadata=*/true);
  if (!Lazy) {
    consumeError(Lazy.takeError());
    return nullptr;
  }
  Made->M = std::move(*Lazy);
  for (GlobalValue &Value : Made->M->global_values()) {
    Made->Numbers[&Value] = static_cast<Number>(Made->Globals.size());
    Made->Globals.push_back(&Value);
  }
  if (Error E = Made->M->materializeMetadata()) {
    consumeError(std::move(E));
    return nullptr;
  }
  bool HasBrokenDebugInfo = false;
  if (Verifies && (verifyModule(*Made->M, nullptr, &HasBrokenDebugInfo) ||
                   HasBrokenDebugInfo))
    return nullptr;
  Made->Walker.emplace(*Made->M);
  return Made;
}

std::optional<BodySurvey::Found> BodySurvey::Reader::read(Number Wanted) {
  auto &F = *cast<Function>(Globals[Wanted]);
  if (Error E = F.materialize()) {
    consumeError(std::move(E));
    return std::nullopt;
  }
  if (!Diagnostics.check("") || Diagnostics.hasWarnings() ||
      F.getSubprogram() || verifyFunction(F))
    return std::nullopt;
  Found Its;
  Its.Function = Wanted;
  Its.Plain = Walker->walk(F);
  auto NumberOf = [this](const GlobalValue *Value) {
    auto Its = Numbers.find(Value);
    return Its == Numbers.end() ? std::nullopt : std::optional(Its->second);
  };
  for (const GlobalValue *Each : Its.Plain.References) {
    auto Number = NumberOf(Each);
    if (!Number)
      return std::nullopt;
    Its.References.push_back(*Number);
  }
  // All of these are among the references.
  for (const BodyFacts::Called &Each : Its.Plain.Calls)
    Its.Calls.push_back({*NumberOf(Each.Of), Each.Chance, Each.Places});
  for (const Function *Each : Its.Plain.Taken)
    Its.Taken.push_back(*NumberOf(Each));
  Its.Plain.References.clear();
  Its.Plain.Calls.clear();
  Its.Plain.Taken.clear();
  F.deleteBody();
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

BodySurvey::~BodySurvey() {
  {
    std::lock_guard Lock(Guard);
    IsOver = true;
    Changed.notify_all();
  }
  for (pthread_t Each : Threads)
    ::pthread_join(Each, nullptr);
}

void *BodySurvey::runThread(void *Its) {
  static_cast<BodySurvey *>(Its)->work();
  return nullptr;
}

/// On a thread of its own, until there is nothing more to do.
void BodySurvey::work() {
  if (OnThreadStart)
    OnThreadStart();
  std::unique_ptr<Reader> Its;
  std::unique_lock Lock(Guard);
  openOne(Lock, Its);
  while (!IsOver && !HasFailed) {
    if (auto Next = takeWanted())
      readOne(Lock, *Its, *Next);
    else
      Changed.wait(Lock);
  }
}

/// Under \p Lock. The first sees to what is not in bodies.
void BodySurvey::openOne(std::unique_lock<std::mutex> &Lock,
                         std::unique_ptr<Reader> &Its) {
  const bool Verifies = !std::exchange(IsVerified, true);
  ++Opening;
  Lock.unlock();
  Its = Reader::open(Bitcode, Verifies);
  Lock.lock();
  --Opening;
  HasFailed |= !Its;
  Changed.notify_all();
}

/// Under \p Lock.
void BodySurvey::readOne(std::unique_lock<std::mutex> &Lock, Reader &Its,
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
      openOne(Lock, Own);
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
    openOne(Lock, Own);
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
