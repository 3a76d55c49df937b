//===- LabelValues.cpp - Places in a function as values -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LabelValues.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Follows what a function does with the places in it.
class Check {
public:
  explicit Check(const Function &F) : F(F) {}

  bool isJumpedTo(BlockAddress &Place);
  ArrayRef<GlobalVariable *> tables() const { return Tables.getArrayRef(); }

private:
  bool isIn(const User &Its) const {
    auto *I = dyn_cast<Instruction>(&Its);
    return I && I->getFunction() == &F;
  }
  bool onlyLeadsJumps(const Value &Target);
  bool isTable(GlobalVariable &Table);
  bool isEntry(const Constant &Of) const;
  bool isOnlyRead(const Value &Place);

  const Function &F;
  SmallPtrSet<const Value *, 16> Seen;
  SmallSetVector<GlobalVariable *, 1> Tables;
};

bool Check::isJumpedTo(BlockAddress &Place) {
  return all_of(Place.users(),
                [&](User *Its) {
                  if (isa<Instruction>(Its))
                    return true;
                  return isa<ConstantArray>(Its) &&
                         all_of(Its->users(), [&](User *Outer) {
                           auto *Table = dyn_cast<GlobalVariable>(Outer);
                           return Table && isTable(*Table);
                         });
                }) &&
         onlyLeadsJumps(Place);
}

/// As far as instructions use it.
bool Check::onlyLeadsJumps(const Value &Target) {
  return all_of(Target.uses(), [&](const Use &Its) {
    const User &By = *Its.getUser();
    if (isa<Constant>(By))
      return isa<BlockAddress>(Target);
    if (!isIn(By))
      return false;
    if (auto *Jump = dyn_cast<IndirectBrInst>(&By))
      return Jump->getAddress() == &Target;
    bool IsPassedOn = isa<PHINode, SelectInst, FreezeInst>(By);
    return IsPassedOn && (!Seen.insert(&By).second || onlyLeadsJumps(By));
  });
}

bool Check::isEntry(const Constant &Of) const {
  auto *Place = dyn_cast<BlockAddress>(&Of);
  return Of.isNullValue() || (Place && Place->getFunction() == &F);
}

bool Check::isTable(GlobalVariable &Table) {
  if (Tables.contains(&Table))
    return true;
  if (!Table.hasLocalLinkage() || !Table.isConstant() ||
      Table.isThreadLocal() || Table.hasSection() ||
      !all_of(
          cast<ConstantArray>(Table.getInitializer())->operands(),
          [this](const Use &Each) { return isEntry(*cast<Constant>(Each)); }))
    return false;
  Tables.insert(&Table);
  return isOnlyRead(Table);
}

bool Check::isOnlyRead(const Value &Place) {
  return all_of(Place.uses(), [&](const Use &Its) {
    const User &By = *Its.getUser();
    if (isa<GEPOperator>(By))
      return Its.getOperandNo() == 0 && (isa<Constant>(By) || isIn(By)) &&
             isOnlyRead(By);
    auto *Read = dyn_cast<LoadInst>(&By);
    return Read && isIn(By) && Read->getType()->isPointerTy() &&
           onlyLeadsJumps(*Read);
  });
}

} // namespace

bool hasLabelValues(const Function &F) {
  return any_of(F,
                [](const BasicBlock &Each) { return Each.hasAddressTaken(); });
}

std::optional<LabelValues> LabelValues::of(const Function &F) {
  LabelValues Its;
  Check Uses(F);
  for (const BasicBlock &Block : F) {
    if (!Block.hasAddressTaken())
      continue;
    BlockAddress *Place = BlockAddress::lookup(&Block);
    if (!Place || !Uses.isJumpedTo(*Place))
      return std::nullopt;
    Its.Values.push_back(Place);
  }
  Its.Tables.assign(Uses.tables().begin(), Uses.tables().end());
  return Its;
}

void LabelValues::follow(Function &Into) {
  for (BlockAddress *Each : Values) {
    // The same in LLVMs that know the function by the block.
    auto *Moved = BlockAddress::get(&Into, Each->getBasicBlock());
    if (Moved == Each)
      continue;
    Each->replaceAllUsesWith(Moved);
    Each->destroyConstant();
  }
  for (GlobalVariable *Each : Tables)
    if (Module *M = Into.getParent(); Each->getParent() != M) {
      Each->removeFromParent();
      M->insertGlobalVariable(Each);
    }
}

} // namespace remoterun::jit
