//===- LateDeclaration.cpp - Late functions without bodies ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LateDeclaration.h"
#include "jit/codegen/LabelValues.h"
#include "jit/ir/Declaration.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

bool isDescribed(const Function &F) {
  const DISubprogram *Its = F.getSubprogram();
  return Its && Its->getUnit() &&
         Its->getUnit()->getEmissionKind() == DICompileUnit::FullDebug;
}

DISubprogram *declarationOf(DISubprogram &Its) {
  if (!Its.isDefinition())
    return &Its;
  if (DISubprogram *Known = Its.getDeclaration())
    return Known;
  return DISubprogram::get(
      Its.getContext(), Its.getScope(), Its.getName(), Its.getLinkageName(),
      Its.getFile(), Its.getLine(), Its.getType(), /*ScopeLine=*/0,
      /*ContainingType=*/nullptr, /*VirtualIndex=*/0, /*ThisAdjustment=*/0,
      Its.getFlags(), Its.getSPFlags() & ~DISubprogram::SPFlagDefinition,
      /*Unit=*/nullptr);
}

static void moveBody(Function &F, Module &Into) {
  std::optional<LabelValues> Labels = LabelValues::of(F);
  auto *Made = Function::Create(F.getFunctionType(), F.getLinkage(),
                                F.getAddressSpace(), F.getName(), &Into);
  Made->copyAttributesFrom(&F);
  // Late code has one, for all.
  Made->setSection("");
  Made->copyMetadata(&F, /*Offset=*/0);
  Made->stealArgumentListFrom(F);
  Made->splice(Made->end(), &F);
  if (Labels)
    Labels->follow(*Made);
  makeDeclaration(F);
  if (isDescribed(*Made))
    F.setSubprogram(declarationOf(*Made->getSubprogram()));
}

/// What the body is read by stays.
static void hideBody(Function &F) {
  F.setIsMaterializable(false);
  F.setLinkage(GlobalValue::ExternalLinkage);
  F.setComdat(nullptr);
  F.setSection("");
}

void leaveDeclaration(Function &F, Module &Bodies) {
  if (F.empty())
    hideBody(F);
  else
    moveBody(F, Bodies);
}

} // namespace remoterun::jit
