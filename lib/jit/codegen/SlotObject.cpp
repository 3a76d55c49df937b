//===- SlotObject.cpp - What stands for late functions --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/SlotObject.h"
#include "jit/base/LlvmErrors.h"
#include "jit/base/LlvmVersion.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LLVMContext.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// What libc has for code generation (llvm/IR/RuntimeLibcalls.td).
constexpr StringLiteral Calls[] = {"memcpy", "memmove", "memset",
                                   "memcmp", "bcmp",    "__stack_chk_fail"};

StringRef directiveOf(GlobalValue::VisibilityTypes Visibility) {
  switch (Visibility) {
  case GlobalValue::DefaultVisibility:
    return "";
  case GlobalValue::HiddenVisibility:
    return ".hidden";
  case GlobalValue::ProtectedVisibility:
    return ".protected";
  }
  return "";
}

} // namespace

void completeOutside(LatePlan &Plan, const LateCode &Code) {
  // Nobody has to define them for it.
  for (ArrayRef<StringLiteral> Unsaid : {ArrayRef(Calls), Code.Unsaid})
    for (StringRef Name : Unsaid)
      Plan.Outside.push_back({Name.str(), /*IsWeak=*/true});
  std::vector<OutsideSymbol> Once;
  StringMap<size_t> Known;
  for (OutsideSymbol &Each : Plan.Outside) {
    auto [Place, IsNew] = Known.try_emplace(Each.Name, Once.size());
    if (IsNew)
      Once.push_back(std::move(Each));
    else
      Once[Place->second].IsWeak &= Each.IsWeak;
  }
  Plan.Outside = std::move(Once);
}

Expected<ObjectBytes> makeSlotObject(const LatePlan &Plan,
                                     const CodeGenerator &Prototype) {
  std::vector<LateSymbol> Functions, Outside;
  for (const PlannedFunction &Each : Plan.Functions)
    Functions.push_back({Each.symbol(), Each.IsWeak ? ".weak" : ".globl",
                         directiveOf(Each.Visibility)});
  for (const OutsideSymbol &Each : Plan.Outside)
    Outside.push_back({Each.Name, Each.IsWeak ? ".weak" : "", ""});
  LLVMContext Context;
  DiagnosticCollector Diagnostics;
  Diagnostics.attachTo(Context);
  Module Slots("late functions", Context);
  llvm_version::setTargetTriple(Slots, Prototype.triple());
  const Isa &Target = isaOf(Prototype.triple());
  Slots.setModuleInlineAsm(Target.Late->Assembly(Functions, Outside));
  CodeGenerator Generator = Prototype.fast();
  Generator.setLayoutOf(Slots);
  return Generator.compile(Slots, "entries of late functions", Diagnostics);
}

} // namespace remoterun::jit
