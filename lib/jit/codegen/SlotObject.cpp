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

/// What is in libc, libm, libgcc_s and the unwinder for code generation
/// (llvm/IR/RuntimeLibcalls.td), where instructions have no way of their own.
constexpr StringLiteral Calls[] = {
    // Memory, and what protects the stack.
    "memcpy", "memmove", "memset", "memcmp", "bcmp", "__stack_chk_fail",
    "_Unwind_Resume", "abort",
    // Integers of 128 bits.
    "__divti3", "__udivti3", "__modti3", "__umodti3", "__mulodi4", "__muloti4",
    // Floating point, and conversions.
    "fmod", "fmodf", "fmodl", "sincos", "sincosf", "sincosl", "__powidf2",
    "__powisf2", "__powixf2", "__floattidf", "__floattisf", "__floatuntidf",
    "__floatuntisf", "__floattixf", "__floatuntixf", "__fixdfti", "__fixsfti",
    "__fixunsdfti", "__fixunssfti", "__fixxfti", "__fixunsxfti",
    "__extendhfsf2", "__truncsfhf2", "__truncdfhf2", "__truncxfhf2",
    "__extendhfxf2",
    // IEEE quadruple precision.
    "__addtf3", "__subtf3", "__multf3", "__divtf3", "__eqtf2", "__netf2",
    "__lttf2", "__letf2", "__gttf2", "__getf2", "__unordtf2", "__extenddftf2",
    "__extendsftf2", "__extendxftf2", "__trunctfdf2", "__trunctfsf2",
    "__trunctfxf2", "__fixtfsi", "__fixtfdi", "__fixtfti", "__fixunstfsi",
    "__fixunstfdi", "__fixunstfti", "__floatsitf", "__floatditf",
    "__floattitf", "__floatunsitf", "__floatunditf", "__floatuntitf"};

/// "llvm.cos.f32" is cosf.
void addMath(const LatePlan &Plan, std::vector<OutsideSymbol> &Into) {
  for (StringRef Base : Plan.Intrinsics)
    for (StringRef Suffix : {"", "f", "l"})
      Into.push_back({(Base + Suffix).str(), /*IsWeak=*/true});
}

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

void completeOutside(LatePlan &Plan) {
  // A library does not get it, so that it is weak.
  for (StringRef Name : Calls)
    Plan.Outside.push_back({Name.str(), /*IsWeak=*/true});
  addMath(Plan, Plan.Outside);
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
    Functions.push_back({GlobalValue::dropLLVMManglingEscape(Each.Name),
                         Each.IsWeak ? ".weak" : ".globl",
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
