//===- CallWrapper.cpp - A function's convention, as IR -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/CallWrapper.h"
#include "driver/open/CallBuffer.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/target/Isa.h"
#include "jit/target/StructConvention.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/Alignment.h"

using namespace llvm;

namespace remoterun::driver {

using Kind = ValueType::Kind;
using jit::StructShape;

namespace {

class Wrapper {
public:
  Wrapper(Module &M, const Signature &Type, const Triple &Target)
      : M(M), Context(M.getContext()), Type(Type),
        Target(jit::isaOf(Target)), Is64(Target.isArch64Bit()), Build(Context) {
  }

  Expected<void> build(StringRef Name);

private:
  IntegerType *word() { return Build.getIntNTy(Is64 ? 64 : 32); }
  llvm::Type *typeOf(const ValueType &Its);
  void note(const ValueType &Its, unsigned Index);
  AttrBuilder attributesOf(const ValueType &Its);
  Value_ slot() { return nullptr; }
  llvm::Value *nextSlot();
  llvm::Value *load(const ValueType &Its);
  llvm::Value *loadMemory();
  void add(const ValueType &Parameter);
  void addStruct(const ValueType &Its);
  StructShape shapeOf(const ValueType &Its);
  void storeFields(const ValueType &Its, llvm::Value *Memory, uint64_t &Offset,
                   bool FromSlots);
  void returnStruct(llvm::Value *Memory);

  Module &M;
  LLVMContext &Context;
  const Signature &Type;
  const jit::Isa &Target;
  bool Is64;
  IRBuilder<> Build;
  llvm::Value *Buffer = nullptr;
  uint64_t Next = 0; ///< The offset of the next slot.
  jit::ArgumentRegisters Used;
  std::vector<llvm::Type *> Types;
  std::vector<llvm::Value *> Arguments;
  std::vector<AttributeSet> Attributes;
};

} // namespace

} // namespace remoterun::driver
