//===- LateCompiler.cpp - One function of a unit at a time ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LateCompiler.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/codegen/LateSource.h"
#include "jit/codegen/TierRule.h"

#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

Expected<std::optional<ObjectBytes>>
LateCompiler::compile(const PlannedFunction &Planned, ArrayRef<char> Bitcode,
                      bool &IsFast, bool MayWait) {
  auto M = readBitcode(Bitcode, Context);
  if (!M)
    return fromLlvm(Blame::Internal, "cannot read '" + Unit.Name + "' again",
                    M.takeError());
  Function *F = (*M)->getFunction(Planned.Name + LateBody.str());
  if (!F)
    return Failure{Blame::Internal,
                   "function '" + Planned.Name + "' is not in its unit"};
  IsFast = IsFast && !needsFinalCode(*F, Planned);
  if (MayWait && !IsFast)
    return std::optional<ObjectBytes>();
  auto Object = (IsFast ? Fast : Asked).compile(**M, Unit.Name, Diagnostics);
  if (!Object)
    return Object.error();
  return std::optional(std::move(*Object));
}

} // namespace remoterun::jit
