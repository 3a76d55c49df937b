//===- Partition.cpp - How a module is cut into parts ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/Partition.h"
#include "jit/base/SymbolNames.h"
#include "jit/ir/FileScope.h"
#include "jit/ir/GlobalReferences.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/xxhash.h"

#include <optional>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// A power of two, so that few edits change it.
unsigned chooseCount(size_t Weight, size_t PartWeight) {
  // From many on, parts grow before they become more.
  constexpr size_t Many = 16, Most = 64;
  size_t Parts = std::min(Weight / PartWeight, Many);
  Parts = std::max(Parts, std::min(Weight / PartWeight / 4, Most));
  return Parts < 2 ? 1 : static_cast<unsigned>(bit_floor(Parts));
}

bool isListOfUsed(const GlobalValue &Value) {
  return Value.getName() == "llvm.used" ||
         Value.getName() == "llvm.compiler.used";
}

/// Calls \p Visit with the variables and functions that contain \p Part.
void forEachHolder(Constant &Part, function_ref<void(GlobalObject &)> Visit) {
  SmallVector<User *, 8> Stack(Part.users());
  while (!Stack.empty()) {
    User *Next = Stack.pop_back_val();
    if (auto *I = dyn_cast<Instruction>(Next))
      Visit(*I->getFunction());
    else if (auto *Object = dyn_cast<GlobalObject>(Next))
      Visit(*Object);
    else
      append_range(Stack, Next->users());
  }
}

/// A place in a function, which is in the part of all that hold it.
bool isLabel(const Constant &Number) {
  auto *Expression = dyn_cast<ConstantExpr>(&Number);
  return Expression && Expression->getOpcode() == Instruction::PtrToInt &&
         isa<BlockAddress>(Expression->getOperand(0));
}

/// Whether \p Variable holds the distance from another global: only an object
/// that has that one can say it.
bool holdsDistance(const GlobalVariable &Variable) {
  if (!Variable.hasInitializer())
    return false;
  SmallVector<const Constant *, 16> Stack = {Variable.getInitializer()};
  SmallPtrSet<const Constant *, 16> Seen;
  while (!Stack.empty()) {
    const Constant *Next = Stack.pop_back_val();
    if (isa<GlobalValue>(Next) || Next->getNumOperands() == 0 ||
        !Seen.insert(Next).second)
      continue;
    auto *Expression = dyn_cast<ConstantExpr>(Next);
    if (Expression && Expression->getOpcode() == Instruction::Sub &&
        !isLabel(*Expression->getOperand(1))) {
      bool IsFromOther = false;
      forEachGlobal(*Expression->getOperand(1), [&](GlobalValue &From) {
        IsFromOther |= &From != &Variable;
      });
      if (IsFromOther)
        return true;
    }
    for (const Use &Operand : Next->operands())
      if (auto *Inner = dyn_cast<Constant>(Operand.get()))
        Stack.push_back(Inner);
  }
  return false;
}

} // namespace

/// Distances are between places in one file.
bool dependsOnFile(const Module &M) {
  return hasFileScope(M) || any_of(M.globals(), holdsDistance);
}

bool isCopyable(const GlobalVariable &Variable) {
  constexpr uint64_t Largest = 1024;
  return Variable.isConstant() && Variable.hasGlobalUnnamedAddr() &&
         !Variable.isThreadLocal() && Variable.hasInitializer() &&
         Variable.getParent()->getDataLayout().getTypeAllocSize(
             Variable.getValueType()) <= Largest;
}

namespace {

class Planner {
public:
  Planner(Module &M, size_t PartWeight, size_t UnitNumber)
      : M(M), PartWeight(PartWeight), Suffix(promotedSuffix(UnitNumber)) {}

  PartitionPlan plan();

private:
  using Parts = uint64_t; ///< A bit for each.

  void assignFunctions();
  void findUses();
  void findSingles();
  /// Notes that \p Used is used in \p Where, and so is what it refers to.
  void use(GlobalValue &Used, Parts Where);
  uint8_t settle(GlobalValue &Value);
  uint8_t settleVariable(GlobalVariable &Variable);
  void promote(GlobalValue &Value, uint8_t Owner);
  void weigh(PartitionPlan &Plan) const;

  Module &M;
  const size_t PartWeight;
  const std::string Suffix;
  unsigned Count = 1;
  DenseMap<const GlobalValue *, uint8_t> OwnerOf; ///< Functions.
  DenseMap<const GlobalValue *, Parts> UsedIn;    ///< Local values.
  /// What is to be in one part only, although copies of it would look fine.
  SmallPtrSet<const GlobalValue *, 8> Single;
};

/// Code may walk through such a section, in its order; not through one of the
/// compiler's, where it puts functions as it likes.
bool isInOrderedSection(const Function &F) {
  return F.hasSection() && !F.getSection().starts_with(".text");
}

void Planner::assignFunctions() {
  for (Function &F : M)
    OwnerOf[&F] = isInOrderedSection(F)
                      ? 0
                      : static_cast<uint8_t>(xxh3_64bits(F.getName()) % Count);
  // A place in a function can be named only where the function is.
  for (Function &F : M)
    for (BasicBlock &Block : F)
      if (BlockAddress *Address = BlockAddress::lookup(&Block)) {
        OwnerOf[&F] = 0;
        forEachHolder(*Address, [&](GlobalObject &Holder) {
          OwnerOf[&Holder] = 0;
          Single.insert(&Holder);
        });
      }
}

void Planner::use(GlobalValue &Used, Parts Where) {
  SmallVector<std::pair<GlobalValue *, Parts>, 8> Pending = {{&Used, Where}};
  while (!Pending.empty()) {
    auto [Value, Here] = Pending.pop_back_val();
    if (!Value->hasLocalLinkage())
      continue;
    Parts &Known = UsedIn[Value];
    Parts New = Here & ~Known;
    Known |= New;
    if (New != 0 && isa<GlobalVariable>(Value))
      forEachReference(
          *Value, [&](GlobalValue &Next) { Pending.emplace_back(&Next, New); });
  }
}

void Planner::findUses() {
  for (Function &F : M)
    forEachReference(
        F, [&](GlobalValue &Used) { use(Used, Parts(1) << OwnerOf[&F]); });
  // What will be in the first part, used there or not.
  for (GlobalVariable &Variable : M.globals())
    if (Variable.hasLocalLinkage() && Single.contains(&Variable))
      use(Variable, 1);
    else if (!Variable.hasLocalLinkage() && !isListOfUsed(Variable))
      forEachReference(Variable, [&](GlobalValue &Used) { use(Used, 1); });
}

/// Marks what cannot be copied, whatever it looks like.
void Planner::findSingles() {
  for (GlobalAlias &Alias : M.aliases())
    if (GlobalObject *Base = Alias.getAliaseeObject())
      Single.insert(Base);
  for (GlobalVariable &Variable : M.globals())
    if (isListOfUsed(Variable))
      forEachGlobal(*Variable.getInitializer(),
                    [&](GlobalValue &Value) { Single.insert(&Value); });
    else if (Variable.hasSection())
      // Code may walk through the section, in its order.
      Single.insert(&Variable);
}

void Planner::promote(GlobalValue &Value, uint8_t Owner) {
  Parts Where = UsedIn.lookup(&Value);
  if (!Value.hasLocalLinkage() || (Where & ~(Parts(1) << Owner)) == 0)
    return;
  // The name alone may be that of a symbol elsewhere.
  Value.setName((Value.hasName() ? Value.getName() : "unnamed") + Suffix);
  Value.setLinkage(GlobalValue::ExternalLinkage);
  Value.setVisibility(GlobalValue::HiddenVisibility);
  Value.setDSOLocal(true);
}

uint8_t Planner::settleVariable(GlobalVariable &Variable) {
  if (isListOfUsed(Variable))
    return PartitionPlan::WhereUsed;
  if (!Variable.hasLocalLinkage())
    return 0;
  bool IsSingle = Single.contains(&Variable);
  if (!IsSingle &&
      (isCopyable(Variable) || popcount(UsedIn.lookup(&Variable)) <= 1))
    return PartitionPlan::WhereUsed;
  promote(Variable, 0);
  return 0;
}

uint8_t Planner::settle(GlobalValue &Value) {
  if (auto *Variable = dyn_cast<GlobalVariable>(&Value))
    return settleVariable(*Variable);
  // What stands for another is defined beside it.
  const GlobalObject *Base = Value.getAliaseeObject();
  if (auto *Ifunc = dyn_cast_or_null<GlobalIFunc>(Base))
    Base = Ifunc->getResolverFunction();
  uint8_t Owner = Base ? OwnerOf.lookup(Base) : 0;
  promote(Value, Owner);
  return Owner;
}

/// Renumbers the parts that define something, and weighs them.
void Planner::weigh(PartitionPlan &Plan) const {
  SmallVector<std::optional<uint8_t>, 64> NewNumbers(Count);
  size_t Index = 0;
  for (GlobalValue &Value : M.global_values()) {
    uint8_t &Owner = Plan.Owners[Index++];
    if (Owner == PartitionPlan::WhereUsed || Value.isDeclaration())
      continue;
    std::optional<uint8_t> &New = NewNumbers[Owner];
    if (!New) {
      New = static_cast<uint8_t>(Plan.Weights.size());
      Plan.Weights.push_back(0);
    }
    Owner = *New;
    if (auto *F = dyn_cast<Function>(&Value))
      Plan.Weights[Owner] += F->getInstructionCount();
  }
  Plan.Count = static_cast<unsigned>(Plan.Weights.size());
}

PartitionPlan Planner::plan() {
  PartitionPlan Plan;
  size_t Weight = 0;
  for (Function &F : M) {
    Weight += F.getInstructionCount();
    Plan.FunctionCount += !F.isDeclarationForLinker();
  }
  Count = chooseCount(Weight, PartWeight);
  if (Count == 1 || dependsOnFile(M)) {
    Plan.Weights = {Weight};
    return Plan;
  }
  assignFunctions();
  findSingles();
  findUses();
  for (GlobalValue &Value : M.global_values())
    Plan.Owners.push_back(settle(Value));
  weigh(Plan);
  return Plan;
}

} // namespace

PartitionPlan planPartitions(Module &M, size_t PartWeight, size_t UnitNumber) {
  return Planner(M, PartWeight, UnitNumber).plan();
}

} // namespace remoterun::jit
