//===- LateCompiler.cpp - One function of a unit at a time ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LateCompiler.h"
#include "jit/ir/Declaration.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

Failure LateCompiler::broken(Error Reason) const {
  return fromLlvm(Blame::Internal, "cannot read '" + Unit.Name + "' again",
                  std::move(Reason));
}

Expected<std::unique_ptr<LateCompiler>>
LateCompiler::create(const LateUnit &Unit) {
  std::unique_ptr<LateCompiler> Made(new LateCompiler(Unit));
  if (auto Read = Made->read(); !Read)
    return Read.error();
  return Made;
}

/// Code generation looks at every global of a module: the more of them are
/// declarations, the less there is to do for one function.
Expected<void> LateCompiler::read() {
  Diagnostics.attachTo(Context);
  StringRef Bytes(Unit.Bitcode.data(), Unit.Bitcode.size());
  auto Read = getLazyBitcodeModule(MemoryBufferRef(Bytes, ""), Context,
                                   /*ShouldLazyLoadMetadata=*/true);
  if (!Read)
    return broken(Read.takeError());
  IR = std::move(*Read);
  if (Error E = IR->materializeMetadata())
    return broken(std::move(E));
  SmallVector<GlobalValue *, 0> Defined;
  for (GlobalValue &Value : IR->global_values())
    if (!Value.getName().starts_with("llvm."))
      Defined.push_back(&Value);
  for (GlobalValue *Value : Defined) {
    if (auto *F = dyn_cast<Function>(Value)) {
      // There to be read, but nothing for code generation.
      F->setIsMaterializable(false);
      F->setComdat(nullptr);
      F->setLinkage(F->hasExternalWeakLinkage()
                        ? GlobalValue::ExternalWeakLinkage
                        : GlobalValue::ExternalLinkage);
    } else if (!Value->isDeclaration()) {
      makeDeclaration(*Value);
    }
  }
  for (StringRef List : {"llvm.used", "llvm.compiler.used", "llvm.global_ctors",
                         "llvm.global_dtors"})
    if (GlobalVariable *Listed = IR->getGlobalVariable(List))
      Listed->eraseFromParent();
  return {};
}

Expected<ObjectBytes> LateCompiler::compile(const PlannedFunction &Function,
                                            bool IsFast) {
  llvm::Function *F = IR->getFunction(Function.Name);
  if (!F)
    return Failure{Blame::Internal,
                   "function '" + Function.Name + "' is not in its unit"};
  F->setIsMaterializable(true);
  if (Error E = F->materialize())
    return broken(std::move(E));
  F->setLinkage(GlobalValue::ExternalLinkage);
  Constant *Personality =
      F->hasPersonalityFn() ? F->getPersonalityFn() : nullptr;
  auto Object = (IsFast ? Fast : Asked).compile(*IR, Unit.Name, Diagnostics);
  // Of the body, this alone would not be read again.
  F->deleteBody();
  F->setPersonalityFn(Personality);
  return Object;
}

} // namespace remoterun::jit
