//===- Partition.cpp - How a module is cut into parts ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/Partition.h"
#include "jit/Reachability.h"
#include "jit/Structors.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/xxhash.h"

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

/// Calls \p Visit with every global value in \p Used, which may be one.
void forEachGlobal(Constant &Used, function_ref<void(GlobalValue &)> Visit) {
  SmallVector<Constant *, 16> Stack = {&Used};
  SmallPtrSet<Constant *, 16> Seen;
  while (!Stack.empty()) {
    Constant *Next = Stack.pop_back_val();
    if (auto *Value = dyn_cast<GlobalValue>(Next)) {
      Visit(*Value);
      continue;
    }
    if (Next->getNumOperands() == 0 || !Seen.insert(Next).second)
      continue;
    for (Value *Inner : Next->operands())
      if (auto *InnerConstant = dyn_cast<Constant>(Inner))
        Stack.push_back(InnerConstant);
  }
}

bool isListOfUsed(const GlobalValue &Value) {
  return Value.getName() == "llvm.used" ||
         Value.getName() == "llvm.compiler.used";
}

/// Calls \p Visit with the variables whose initial values contain \p Part.
void forEachVariableWith(Constant &Part,
                         function_ref<void(GlobalVariable &)> Visit) {
  SmallVector<User *, 8> Stack(Part.users());
  while (!Stack.empty()) {
    User *Next = Stack.pop_back_val();
    if (auto *Variable = dyn_cast<GlobalVariable>(Next))
      Visit(*Variable);
    else if (isa<Constant>(Next))
      append_range(Stack, Next->users());
  }
}

class Planner {
public:
  Planner(Module &M, size_t PartWeight) : M(M), PartWeight(PartWeight) {}

  PartitionPlan plan();

private:
  using Parts = uint64_t; ///< A bit for each.

  bool mentionsLocals() const;
  void assignFunctions();
  void findUses();
  void findSingles();
  /// Notes that \p Used is used in \p Where, and so is what it refers to.
  void use(Constant &Used, Parts Where);
  uint8_t settle(GlobalValue &Value);
  uint8_t settleVariable(GlobalVariable &Variable);
  void promote(GlobalValue &Value, uint8_t Owner);

  Module &M;
  const size_t PartWeight;
  unsigned Count = 1;
  DenseMap<const GlobalValue *, uint8_t> OwnerOf; ///< Functions.
  DenseMap<const GlobalValue *, Parts> UsedIn;    ///< Local values.
  /// What is to be in one part only, although copies of it would look fine.
  SmallPtrSet<const GlobalValue *, 8> Single;
};

/// Assembly refers to symbols by names, which must stay then.
bool Planner::mentionsLocals() const {
  if (!M.getModuleInlineAsm().empty())
    return true;
  bool Found = false;
  for (const Function &F : M)
    for (const Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I); Call && Call->isInlineAsm())
        forEachAssemblyWord(
            cast<InlineAsm>(Call->getCalledOperand())->getAsmString(),
            [&](StringRef Word) {
              const GlobalValue *Named = M.getNamedValue(Word);
              Found |= Named && Named->hasLocalLinkage();
            });
  return Found;
}

void Planner::assignFunctions() {
  for (Function &F : M) {
    // A place in a function can be named only where the function is.
    bool IsEntered = any_of(
        F, [](const BasicBlock &Block) { return Block.hasAddressTaken(); });
    OwnerOf[&F] =
        IsEntered ? 0 : static_cast<uint8_t>(xxh3_64bits(F.getName()) % Count);
  }
}

void Planner::use(Constant &Used, Parts Where) {
  SmallVector<std::pair<Constant *, Parts>, 8> Pending = {{&Used, Where}};
  while (!Pending.empty()) {
    auto [Next, Here] = Pending.pop_back_val();
    forEachGlobal(*Next, [&, Here = Here](GlobalValue &Value) {
      if (!Value.hasLocalLinkage())
        return;
      Parts &Known = UsedIn[&Value];
      Parts New = Here & ~Known;
      Known |= New;
      auto *Variable = dyn_cast<GlobalVariable>(&Value);
      if (New != 0 && Variable && Variable->hasInitializer())
        Pending.emplace_back(Variable->getInitializer(), New);
    });
  }
}

void Planner::findUses() {
  for (Function &F : M) {
    Parts Where = Parts(1) << OwnerOf[&F];
    for (Use &Operand : F.operands())
      if (auto *Used = dyn_cast_or_null<Constant>(Operand.get()))
        use(*Used, Where);
    for (Instruction &I : instructions(F))
      for (Value *Operand : I.operands())
        if (auto *Used = dyn_cast<Constant>(Operand))
          use(*Used, Where);
  }
  for (GlobalVariable &Variable : M.globals())
    if (Variable.hasInitializer() && !Variable.hasLocalLinkage() &&
        !isListOfUsed(Variable))
      use(*Variable.getInitializer(), 1);
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
  // Places in functions stand in variables of the function's part.
  for (Function &F : M)
    for (BasicBlock &Block : F)
      if (BlockAddress *Address = BlockAddress::lookup(&Block))
        forEachVariableWith(*Address, [&](GlobalVariable &Variable) {
          Single.insert(&Variable);
        });
}

/// Whether nobody can tell copies from one another.
bool isCopyable(const GlobalVariable &Variable) {
  constexpr uint64_t Largest = 1024;
  return Variable.isConstant() && Variable.hasGlobalUnnamedAddr() &&
         !Variable.isThreadLocal() && !Variable.hasSection() &&
         Variable.hasInitializer() &&
         Variable.getParent()->getDataLayout().getTypeAllocSize(
             Variable.getValueType()) <= Largest;
}

void Planner::promote(GlobalValue &Value, uint8_t Owner) {
  Parts Where = UsedIn.lookup(&Value);
  if (!Value.hasLocalLinkage() || (Where & ~(Parts(1) << Owner)) == 0)
    return;
  // The name alone may be that of a symbol elsewhere.
  Value.setName((Value.hasName() ? Value.getName() : "unnamed") +
                PromotedSuffix);
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
  if (auto *Ifunc = dyn_cast<GlobalIFunc>(&Value))
    Base = Ifunc->getResolverFunction();
  uint8_t Owner = Base ? OwnerOf.lookup(Base) : 0;
  promote(Value, Owner);
  return Owner;
}

PartitionPlan Planner::plan() {
  PartitionPlan Plan;
  size_t Weight = 0;
  for (Function &F : M) {
    Weight += F.getInstructionCount();
    Plan.FunctionCount += !F.isDeclarationForLinker();
  }
  Count = chooseCount(Weight, PartWeight);
  if (Count == 1 || mentionsLocals()) {
    Plan.Weights = {Weight};
    return Plan;
  }
  Plan.Count = Count;
  orderStructors(M);
  keepStructorOrder(M);
  for (GlobalObject &Object : M.global_objects())
    Object.setComdat(nullptr);
  assignFunctions();
  findUses();
  findSingles();
  Plan.Weights.resize(Count);
  for (Function &F : M)
    Plan.Weights[OwnerOf[&F]] += F.getInstructionCount();
  for (GlobalValue &Value : M.global_values())
    Plan.Owners.push_back(settle(Value));
  return Plan;
}

} // namespace

PartitionPlan planPartitions(Module &M, size_t PartWeight) {
  return Planner(M, PartWeight).plan();
}

} // namespace remoterun::jit
