//===- GprofStart.cpp - What gcrt1.o does for -pg -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/GprofStart.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace remoterun::jit {

bool callsForGprof(const Module &M, function_ref<bool(StringRef)> Defines) {
  // -finstrument-functions has other functions called.
  bool IsInstrumented = any_of(M, [](const Function &F) {
    return !F.isDeclaration() &&
           (F.getFnAttribute("fentry-call").getValueAsString() == "true" ||
            F.getFnAttribute("instrument-function-entry-inlined")
                .getValueAsString()
                .ends_with("mcount"));
  });
  if (!IsInstrumented)
    return false;
  return none_of(ArrayRef<StringRef>{"mcount", "_mcount", "__fentry__",
                                     "monstartup", "__monstartup"},
                 [&](StringRef Name) {
                   const GlobalValue *Own = M.getNamedValue(Name);
                   return Defines(Name) ||
                          (Own && (!Own->isDeclaration() || !Own->use_empty()));
                 });
}

void startGprof(Module &M) {
  LLVMContext &Context = M.getContext();
  auto *Void = Type::getVoidTy(Context);
  auto *Address = M.getDataLayout().getIntPtrType(Context);
  auto *Pointer = PointerType::getUnqual(Context);
  auto *Byte = Type::getInt8Ty(Context);
  auto *Start = Function::Create(FunctionType::get(Void, false),
                                 GlobalValue::InternalLinkage,
                                 "remote-run.start-gprof", M);
  IRBuilder<> Builder(BasicBlock::Create(Context, "", Start));
  auto AddressOf = [&](StringRef Bound) {
    return Builder.CreatePtrToInt(M.getOrInsertGlobal(Bound, Byte), Address);
  };
  Builder.CreateCall(
      M.getOrInsertFunction("__monstartup", Void, Address, Address),
      {AddressOf("__executable_start"), AddressOf("etext")});
  auto Finish = M.getOrInsertFunction("_mcleanup", Void);
  Builder.CreateCall(
      M.getOrInsertFunction("atexit", Type::getInt32Ty(Context), Pointer),
      {Finish.getCallee()});
  Builder.CreateRetVoid();
  appendToGlobalCtors(M, Start, /*Priority=*/0);
}

} // namespace remoterun::jit
