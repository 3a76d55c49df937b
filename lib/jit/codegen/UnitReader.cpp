//===- UnitReader.cpp - A module that is read function by function --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/UnitReader.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/AutoUpgrade.h"

#include <utility>

using namespace llvm;

namespace remoterun::jit {

UnitTerms::UnitTerms(const Module &M, ArrayRef<WeakVH> Values,
                     CodeGenOptions Options)
    : Options(std::move(Options)), Pie(M.getPIELevel()) {
  for (const WeakVH &Each : Values) {
    std::optional<Global> &Term = Globals.emplace_back();
    llvm::Value *Its = Each;
    if (auto *Now = dyn_cast_or_null<GlobalValue>(Its))
      Term = {Now->getName().str(), Now->hasLocalLinkage(),
              Now->getVisibility(), Now->isDSOLocal()};
  }
}

std::unique_ptr<UnitReader> UnitReader::open(MemoryBufferRef Bitcode) {
  std::unique_ptr<UnitReader> Made(new UnitReader);
  Made->listens();
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
  return Made;
}

std::optional<UnitReader::Number>
UnitReader::numberOf(const GlobalValue *Value) const {
  auto Its = Numbers.find(Value);
  return Its == Numbers.end() ? std::nullopt : std::optional(Its->second);
}

Error UnitReader::read(Function &F) {
  return F.empty() ? F.materialize() : Error::success();
}

void UnitReader::drop(Function &F) {
  for (BasicBlock &Block : F)
    Block.dropAllReferences();
  while (!F.empty())
    F.begin()->eraseFromParent();
  // It comes with the body.
  F.clearMetadata();
  F.setIsMaterializable(true);
}

bool UnitReader::hasDiagnostics() const {
  return !Diagnostics.check("") || Diagnostics.hasWarnings();
}

void UnitReader::listens() {
  Diagnostics = {};
  Diagnostics.attachTo(Context);
}

bool UnitReader::agree(const UnitTerms &Terms) {
  if (std::exchange(HasAgreed, true))
    return true;
  UpgradeModuleFlags(*M);
  if (Terms.Globals.size() != Globals.size() ||
      !CodeGenerator::create(*M, Terms.Options))
    return false;
  if (M->getPIELevel() != Terms.Pie)
    M->setModuleFlag(Module::Max, "PIE Level",
                     static_cast<uint32_t>(Terms.Pie));
  auto forEachTerm = [&](auto Do) {
    for (size_t Its = 0; Its != Globals.size(); ++Its)
      if (const auto &Term = Terms.Globals[Its])
        Do(*Globals[Its], *Term);
  };
  // One may have the name that another is to have.
  forEachTerm([](GlobalValue &Value, const UnitTerms::Global &Term) {
    if (Value.getName() != Term.Name)
      Value.setName("");
  });
  bool IsSame = true;
  forEachTerm([&](GlobalValue &Value, const UnitTerms::Global &Term) {
    Value.setName(Term.Name);
    IsSame &= Value.getName() == Term.Name;
    if (Value.hasLocalLinkage() && !Term.IsLocal)
      Value.setLinkage(GlobalValue::ExternalLinkage);
    Value.setVisibility(Term.Visibility);
    Value.setDSOLocal(Term.IsNear);
  });
  return IsSame;
}

std::shared_ptr<UnitReader>
UnitReaders::borrow(const std::shared_ptr<UnitReaders> &All) {
  std::unique_ptr<UnitReader> Its;
  {
    std::lock_guard Lock(All->Guard);
    if (All->Idle.empty())
      return nullptr;
    Its = std::move(All->Idle.back());
    All->Idle.pop_back();
  }
  // Of no use to anybody else, then.
  if (!Its->agree(All->Terms))
    return nullptr;
  return {Its.release(), [All](UnitReader *Lent) {
            All->giveBack(std::unique_ptr<UnitReader>(Lent));
          }};
}

void UnitReaders::giveBack(std::unique_ptr<UnitReader> Its) {
  std::lock_guard Lock(Guard);
  if (!IsClosed)
    Idle.push_back(std::move(Its));
}

void UnitReaders::close() {
  std::vector<std::unique_ptr<UnitReader>> Gone;
  std::lock_guard Lock(Guard);
  IsClosed = true;
  Gone.swap(Idle);
}

} // namespace remoterun::jit
