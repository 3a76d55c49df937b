//===- UnreadProgram.cpp - A program whose functions stay unread ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/UnreadProgram.h"
#include "jit/base/LlvmErrors.h"
#include "jit/base/LlvmVersion.h"
#include "jit/codegen/BodySurvey.h"
#include "jit/ir/ModuleReader.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"

#include <utility>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Whether all there is to do when a body is read is to be done at once: what
/// LLVM replaces, it forgets when it has read all. Debug information refers
/// from one function to the other, and is verified as a whole; functions of
/// exception handling by frames know one another's places.
bool maySurvey(const Module &M) {
  const Isa *Target = findIsa(Triple(llvm_version::targetTriple(M)).getArch());
  if (!Target || !Target->Late || !divisibleInstructions(M) ||
      M.getNamedMetadata("llvm.dbg.cu") ||
      any_of(M.globals(), [](const GlobalVariable &Variable) {
        return Variable.hasMetadata(LLVMContext::MD_dbg);
      }))
    return false;
  return none_of(M, [](const Function &F) {
    StringRef Name = F.getName();
    return (Name.starts_with("llvm.") && !F.isIntrinsic()) ||
           Name.starts_with("llvm.localescape") ||
           Name.starts_with("llvm.localrecover") ||
           Name.starts_with("llvm.objc.") || Name.starts_with("objc_") ||
           Name.starts_with("clang.arc.");
  });
}

/// Who looks whether something is used has to find it so.
void referToAll(Module &M, const UnreadBodies &Bodies) {
  // In the module's order, so that it is the same each time.
  SmallSetVector<Constant *, 32> All;
  for (const Function &F : M)
    if (auto Its = Bodies.Of.find(&F); Its != Bodies.Of.end())
      All.insert(Its->second.References.begin(), Its->second.References.end());
  SmallVector<Constant *, 0> Elements;
  auto *Pointer = PointerType::getUnqual(M.getContext());
  for (Constant *Each : All)
    if (Each->getType() == Pointer)
      Elements.push_back(Each);
  auto *Type = ArrayType::get(Pointer, Elements.size());
  new GlobalVariable(M, Type, /*isConstant=*/true, GlobalValue::PrivateLinkage,
                     ConstantArray::get(Type, Elements),
                     UnreadBodies::References);
}

/// Reads what \p Found says is not late; the rest stays unread.
Error readRest(DenseMap<const Function *, BodyFacts> Found, Module &M,
               UnreadBodies &Bodies) {
  for (Function &F : M) {
    auto Its = Found.find(&F);
    if (Its == Found.end())
      continue;
    if (F.isMaterializable() && Its->second.IsLate && Its->second.MayWait)
      Bodies.Of[&F] = std::move(Its->second);
    else if (Error E = F.materialize())
      return E;
  }
  return Error::success();
}

} // namespace

std::optional<UnreadProgram>
loadUnread(const InputFile &Input, const Roots &Kept, unsigned Jobs,
           std::function<void()> OnThreadStart, LLVMContext &Context,
           const DiagnosticCollector &Diagnostics) {
  UnreadProgram Made;
  // A file may be written to while it is mapped, and this is read from for as
  // long as the program runs.
  InputFile Copy = {
      .Name = Input.Name,
      .Contents = MemoryBuffer::getMemBufferCopy(
          Input.Contents->getBuffer(), Input.Contents->getBufferIdentifier())};
  BodySurvey Survey(*Copy.Contents, Jobs, std::move(OnThreadStart));
  auto Read = readModules(Copy, Context, Diagnostics);
  if (!Read || Read->size() != 1)
    return std::nullopt;
  std::unique_ptr<Module> M = std::move(Read->front());
  Made.Bodies.Bitcode = std::move(Copy.Contents);
  auto IsGood = [](Error E) {
    bool Is = !E;
    consumeError(std::move(E));
    return Is;
  };
  if (!IsGood(M->materializeMetadata()) || !maySurvey(*M))
    return std::nullopt;
  Module *const Only = M.get();
  Survey.follow(*M);
  for (GlobalValue &Value : M->global_values())
    Made.Bodies.Globals.emplace_back(&Value);
  Reachability Found(Only, &Survey);
  if (!IsGood(Found.findFrom(Kept)) || !Survey.isSound() ||
      !IsGood(readRest(Survey.take(), *M, Made.Bodies)))
    return std::nullopt;
  auto LeftOut = Found.prune();
  if (!LeftOut) {
    consumeError(LeftOut.takeError());
    return std::nullopt;
  }
  if (!Diagnostics.check(Input.Name) || Diagnostics.hasWarnings())
    return std::nullopt;
  Made.Bodies.Readers = Survey.finish();
  erase_if(Made.Bodies.Readers, [](const auto &Each) { return !Each; });
  referToAll(*M, Made.Bodies);
  Made.IR.Files.Names.push_back(Input.Name);
  Made.IR.LeftOut = std::move(*LeftOut);
  Made.IR.Units.push_back({.IR = std::move(M), .Files = {0}});
  return Made;
}

} // namespace remoterun::jit
