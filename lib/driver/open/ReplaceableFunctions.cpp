//===- ReplaceableFunctions.cpp - Names that lead to other code -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/ReplaceableFunctions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

std::string textOf(const FunctionType &Type) {
  std::string Text;
  raw_string_ostream(Text) << Type;
  return Text;
}

bool isDirectCall(const Use &Its) {
  const auto *Call = dyn_cast<CallBase>(Its.getUser());
  return Call && Call->isCallee(&Its);
}

/// Between quotes.
std::string quoted(StringRef Name) {
  std::string Text;
  raw_string_ostream Out(Text);
  Out << '"';
  printEscapedString(Name, Out);
  Out << '"';
  return Text;
}

} // namespace

std::string withoutBodySuffix(StringRef Function) {
  auto [Name, Rest] = Function.rsplit(BodySuffix);
  // A demangler puts it between parentheses: "f() (.body.3)".
  bool IsDemangled = Rest.consume_back(")");
  if (Rest.empty() || !all_of(Rest, isDigit) ||
      (IsDemangled && !Name.consume_back(" (")))
    return Function.str();
  return Name.str();
}

std::vector<ReplaceableFunction> separateBodies(Module &M, StringRef Suffix) {
  std::vector<Function *> Defined;
  for (Function &F : M)
    if (!F.isDeclarationForLinker() && !F.hasLocalLinkage() &&
        !F.hasHiddenVisibility())
      Defined.push_back(&F);
  std::vector<ReplaceableFunction> Separated;
  for (Function *F : Defined) {
    std::string Name = F->getName().str();
    F->setName(Name + Suffix);
    // Another body may have the same group, or be as weak.
    F->setComdat(nullptr);
    F->setLinkage(GlobalValue::ExternalLinkage);
    Function *Entry = Function::Create(F->getFunctionType(),
                                       GlobalValue::ExternalLinkage, Name, M);
    F->replaceUsesWithIf(Entry, [](Use &Its) { return !isDirectCall(Its); });
    Separated.push_back(
        {Name, F->getName().str(), textOf(*F->getFunctionType())});
  }
  return Separated;
}

std::string makeEntries(ArrayRef<ReplaceableFunction> Functions,
                        const Triple &Target) {
  std::string Text;
  raw_string_ostream Out(Text);
  Out << "target triple = " << quoted(Target.str()) << "\n";
  for (const ReplaceableFunction &Each : Functions)
    Out << "@" << quoted(Each.Name) << " = ifunc void (), ptr @"
        << quoted(Each.Name + ".resolver") << "\n"
        << "define internal ptr @" << quoted(Each.Name + ".resolver")
        << "() {\n  ret ptr null\n}\n";
  return Text;
}

} // namespace remoterun::driver
