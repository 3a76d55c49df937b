//===- LayoutAgreement.cpp - Data layouts that fit one another ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/LayoutAgreement.h"
#include "jit/base/LlvmVersion.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/Error.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// What a layout says by "p", "p270" and so on: x86-64 has all that there are.
constexpr unsigned AddressSpaces[] = {0, 270, 271, 272};

/// Types that layouts have a word for, each once.
SmallVector<Type *, 32> basicTypes(LLVMContext &Context) {
  SmallVector<Type *, 32> Types = {
      Type::getHalfTy(Context),     Type::getBFloatTy(Context),
      Type::getFloatTy(Context),    Type::getDoubleTy(Context),
      Type::getX86_FP80Ty(Context), Type::getFP128Ty(Context),
      StructType::get(Context)};
  for (unsigned Bits : {1, 8, 16, 32, 64, 128})
    Types.push_back(Type::getIntNTy(Context, Bits));
  for (unsigned Bytes : {8, 16, 32, 64})
    Types.push_back(FixedVectorType::get(Type::getInt8Ty(Context), Bytes));
  for (unsigned Space : AddressSpaces)
    Types.push_back(PointerType::get(Context, Space));
  return Types;
}

/// Specifications that come later in a layout go before earlier ones.
std::string joined(StringRef Earlier, StringRef Later) {
  StringRef Between = Earlier.empty() || Later.empty() ? "" : "-";
  return (Earlier + Between + Later).str();
}

} // namespace

bool agreesWith(const DataLayout &Stated, const DataLayout &Full,
                LLVMContext &Context) {
  if (Stated == Full)
    return true;
  auto Both = DataLayout::parse(
      joined(Full.getStringRepresentation(), Stated.getStringRepresentation()));
  if (!Both) {
    consumeError(Both.takeError());
    return false;
  }
  return Both->isBigEndian() == Full.isBigEndian() &&
         Both->getAllocaAddrSpace() == Full.getAllocaAddrSpace() &&
         Both->getProgramAddressSpace() == Full.getProgramAddressSpace() &&
         Both->getDefaultGlobalsAddressSpace() ==
             Full.getDefaultGlobalsAddressSpace() &&
         Both->getGlobalPrefix() == Full.getGlobalPrefix() &&
         llvm_version::internalSymbolPrefix(*Both) ==
             llvm_version::internalSymbolPrefix(Full) &&
         all_of(basicTypes(Context), [&](Type *Each) {
           return Both->getABITypeAlign(Each) == Full.getABITypeAlign(Each) &&
                  Both->getTypeSizeInBits(Each) == Full.getTypeSizeInBits(Each);
         });
}

} // namespace remoterun::jit
