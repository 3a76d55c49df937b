//===- LatePlan.cpp - Which functions are compiled when called ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LatePlan.h"
#include "jit/base/LlvmVersion.h"
#include "jit/base/SymbolNames.h"
#include "jit/codegen/BodyFacts.h"
#include "jit/codegen/DirectCalls.h"
#include "jit/codegen/LabelValues.h"
#include "jit/codegen/LateDeclaration.h"
#include "jit/codegen/LateRuntime.h"
#include "jit/codegen/LateTraits.h"
#include "jit/ir/FileScope.h"
#include "jit/ir/Structors.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Module.h"

#include <tuple>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// In instructions: of what runs for no longer than a few jumps take.
constexpr unsigned LargestAtOnce = 24;
/// So many take some 7 ms to compile.
constexpr size_t MostAtOnce = 32;

/// What is called from so many places serves many: no one of the calls is what
/// the program is there for.
constexpr unsigned ManyPlaces = 3;

class Divider {
public:
  /// \p Unread may be null.
  Divider(Module &M, uint32_t Unit, StringRef Entry, UnreadBodies *Unread,
          LatePlan &Plan)
      : M(M), Unit(Unit), Entry(Entry), Unread(Unread), Plan(Plan),
        Suffix(promotedSuffix(Unit)) {}

  llvm::Expected<std::unique_ptr<Module>> run();

private:
  void findTraits();
  void forgetReferences();
  void countUnread(const BodyFacts &Its, int Sign);
  Error read(Function &F);
  bool hasOneUse(const Function &F) const {
    int Unseen = UsesInUnread.lookup(&F);
    return Unseen == 0 ? F.hasOneUse() : Unseen == 1 && F.use_empty();
  }
  bool hasAddressTaken(const Function &F) const {
    return TakenInUnread.lookup(&F) != 0 || F.hasAddressTaken();
  }
  void findBases();
  void findTables();
  void findCalls();
  Error findCalledOnce();
  void keepSmall();
  Error chooseLate();
  bool isOfLateBody(const GlobalValue &Value) const;
  void findReferences();
  void promote();
  void addFunctions();
  void addReferences();

  Module &M;
  const uint32_t Unit;
  const StringRef Entry;
  UnreadBodies *Unread;
  LatePlan &Plan;
  const std::string Suffix;
  DenseMap<const Function *, LateTraits> Of;
  DenseMap<const Function *, BodyFacts> Facts; ///< The same functions'.
  /// How often unread bodies refer to each, and other than by calls.
  DenseMap<const Function *, int> UsesInUnread, TakenInUnread;
  std::optional<DirectCalls> Calls;
  /// Of places in a function: whose.
  DenseMap<const GlobalValue *, const Function *> TableOf;
  std::vector<Function *> Late;              ///< Of these.
  SmallPtrSet<GlobalValue *, 32> Referenced; ///< By late functions.
};

void Divider::findTraits() {
  if (Unread) {
    forgetReferences();
    for (const auto &[F, Its] : Unread->Of)
      countUnread(Its, /*Sign=*/1);
    Facts = std::move(Unread->Of);
  }
  const BodyWalker Walker(M);
  for (Function &F : M) {
    if (F.isDeclarationForLinker())
      continue;
    if (!F.empty())
      Facts[&F] = Walker.walk(F);
    const BodyFacts &Its = Facts[&F];
    Of[&F] = {.IsLate = Its.IsLate && hasPlainCode(F), .Weight = Its.Weight};
  }
}

/// What this knows of unread bodies stands for it.
void Divider::forgetReferences() {
  GlobalVariable *List = M.getGlobalVariable(UnreadBodies::References,
                                             /*AllowInternal=*/true);
  Constant *All = List->getInitializer();
  List->eraseFromParent();
  // Passes take a user of an intrinsic function for a call.
  if (!isa<ConstantData>(All))
    All->destroyConstant();
}

void Divider::countUnread(const BodyFacts &Its, int Sign) {
  for (const BodyFacts::Called &Each : Its.Calls)
    UsesInUnread[Each.Of] += Sign * static_cast<int>(Each.Places);
  for (const Function *Each : Its.Taken) {
    UsesInUnread[Each] += Sign;
    TakenInUnread[Each] += Sign;
  }
}

/// Has the body of \p F in the module.
Error Divider::read(Function &F) {
  if (!F.empty())
    return Error::success();
  if (Error E = F.materialize())
    return E;
  countUnread(Facts[&F], /*Sign=*/-1);
  return Error::success();
}

/// What stands for another function is defined beside it.
void Divider::findBases() {
  for (GlobalAlias &Alias : M.aliases())
    if (auto *Base = dyn_cast_or_null<Function>(Alias.getAliaseeObject()))
      Of[Base].IsLate = false;
  for (GlobalIFunc &Ifunc : M.ifuncs())
    if (Function *Resolver = Ifunc.getResolverFunction())
      Of[Resolver].IsLate = false;
}

/// A table of places in a function goes where its body goes. Whoever has places
/// that are only jumped to is late; findTraits() has asked that of this module.
void Divider::findTables() {
  for (auto &[F, Its] : Of)
    if (Its.IsLate && hasLabelValues(*F))
      for (const GlobalVariable *Each : LabelValues::of(*F)->tables())
        TableOf[Each] = F;
  for (const auto &[F, Its] : Facts)
    for (const GlobalValue *Each : Its.References)
      if (const Function *Owner = TableOf.lookup(Each); Owner && Owner != F)
        Of[Owner].IsLate = false;
}

bool Divider::isOfLateBody(const GlobalValue &Value) const {
  const Function *Owner = TableOf.lookup(&Value);
  return Owner && Of.find(Owner)->second.IsLate;
}

void Divider::findCalls() {
  Calls.emplace(M, Facts);
  for (const Function *F : Calls->inCycles())
    Of[F].IsInCycle = true;
  for (const auto &[F, Its] : Facts)
    for (const BodyFacts::Called &Each : Its.Calls)
      if (auto Callee = Of.find(Each.Of); Callee != Of.end())
        Callee->second.CallPlaces += Each.Places;
}

/// From the entry on, through calls that are in no loop.
Error Divider::findCalledOnce() {
  SmallVector<Function *, 8> Pending;
  auto Add = [&](Function *F) {
    auto Its = F ? Of.find(F) : Of.end();
    if (Its == Of.end() || Its->second.IsInCycle || Its->second.IsCalledOnce)
      return;
    Its->second.IsCalledOnce = true;
    Pending.push_back(F);
  };
  Add(M.getFunction(Entry));
  while (!Pending.empty()) {
    Function *F = Pending.pop_back_val();
    if (Error E = read(*F))
      return E;
    DominatorTree Tree(*F);
    LoopInfo Loops(Tree);
    for (BasicBlock &Block : *F)
      for (Instruction &I : Block)
        if (auto *Call = dyn_cast<CallBase>(&I))
          if (auto Its = Of.find(Call->getCalledFunction()); Its != Of.end()) {
            if (Loops.getLoopFor(&Block))
              Its->second.IsCalledInLoop = true;
            else if (hasOneUse(*Its->first))
              Add(Call->getCalledFunction());
          }
  }
  return Error::success();
}

/// A pointer to a function is to its entry for ever, and what loops while
/// functions are compiled goes on calling entries. For a few functions whose
/// own code takes hardly longer than that, the code is the entry: it is
/// compiled with the data. So are small constructors, since the program would
/// wait for each of them.
void Divider::keepSmall() {
  struct Choice {
    bool IsBehind; ///< What is called in a loop comes first,
    unsigned Weight;
    size_t Number; ///< and of equals, the first of the module.
    LateTraits *Its;
    bool operator<(const Choice &Other) const {
      return std::tie(IsBehind, Weight, Number) <
             std::tie(Other.IsBehind, Other.Weight, Other.Number);
    }
  };
  for (const Function *Each : constructorsOf(M))
    if (Of[Each].Weight <= LargestAtOnce)
      Of[Each].IsLate = false;
  // A debugger knows where the program begins.
  if (auto First = Of.find(M.getFunction(Entry));
      Plan.IsDebugged && First != Of.end())
    First->second.IsLate = false;
  std::vector<Choice> Small;
  for (Function &F : M) {
    auto At = Of.find(&F);
    if (At == Of.end() || F.getName() == Entry)
      continue;
    LateTraits &Its = At->second;
    if (Its.IsLate && Its.Weight <= LargestAtOnce &&
        (Its.IsCalledInLoop || hasAddressTaken(F)))
      Small.push_back({!Its.IsCalledInLoop, Its.Weight, Small.size(), &Its});
  }
  sort(Small);
  for (const Choice &Each : ArrayRef(Small).take_front(MostAtOnce))
    Each.Its->IsLate = false;
}

/// What is not late is compiled with the rest, and has to be there.
Error Divider::chooseLate() {
  for (Function *F : Calls->inOrder())
    if (Of[F].IsLate)
      Late.push_back(F);
    else if (Error E = read(*F))
      return E;
  return Error::success();
}

void Divider::findReferences() {
  for (const Function *F : Late) {
    const BodyFacts &Its = Facts[F];
    for (GlobalValue *Each : Its.References)
      if (!isOfLateBody(*Each))
        Referenced.insert(Each);
    append_range(Plan.Outside, Its.Runtime);
  }
}

/// Gives names for all units to what is local, and late or referred to by what
/// is late. Constants too, that nobody could tell from copies of one unit's
/// own: two bodies of one function would have different ones.
void Divider::promote() {
  SmallPtrSet<GlobalValue *, 32> Named = Referenced;
  Named.insert(Late.begin(), Late.end());
  // In the module's order, so that names are the same each time.
  for (GlobalValue &Value : M.global_values()) {
    if (!Value.hasLocalLinkage() || !Named.contains(&Value))
      continue;
    Value.setName((Value.hasName() ? Value.getName() : "unnamed") + Suffix);
    Value.setLinkage(GlobalValue::ExternalLinkage);
    Value.setVisibility(GlobalValue::HiddenVisibility);
    Value.setDSOLocal(true);
  }
}

void Divider::addFunctions() {
  DenseMap<const Function *, uint32_t> NumberOf;
  for (const Function *F : Late) {
    NumberOf[F] = static_cast<uint32_t>(Plan.Functions.size());
    if (hasLabelValues(*F))
      Plan.Interpreters.push_back(NumberOf[F]);
    Plan.Functions.push_back({.Name = F->getName().str(),
                              .Unit = Unit,
                              .IsWeak = F->isWeakForLinker(),
                              .Visibility = F->getVisibility(),
                              .IsInCycle = Of[F].IsInCycle,
                              .IsCalledOnce = Of[F].IsCalledOnce,
                              .IsCalledWidely = Of[F].CallPlaces >= ManyPlaces,
                              .Weight = Of[F].Weight});
  }
  for (const Function *Each : constructorsOf(M))
    if (auto Its = NumberOf.find(Each); Its != NumberOf.end())
      Plan.Constructors.push_back(Its->second);
  for (const Function *F : Late)
    for (const BodyFacts::Called &Each : Facts[F].Calls)
      if (auto Number = NumberOf.find(Each.Of); Number != NumberOf.end())
        Plan.Functions[NumberOf[F]].Callees.push_back(
            {Number->second, Each.Chance});
}

void Divider::addReferences() {
  const LateRuntime Runtime(M);
  for (GlobalValue &Value : M.global_values()) {
    auto *F = dyn_cast<Function>(&Value);
    if (!Referenced.contains(&Value) || (F && Of.contains(F) && Of[F].IsLate))
      continue;
    if (F && F->isDeclaration())
      Runtime.addCallsFor(*F, Plan.Outside);
    StringRef Name = Value.getName();
    if (Name.starts_with("llvm."))
      continue;
    if (Name = GlobalValue::dropLLVMManglingEscape(Name);
        Value.isDeclarationForLinker())
      Plan.Outside.push_back({Name.str(), Value.hasExternalWeakLinkage()});
    else
      Plan.Inside.push_back(Name.str());
  }
}

llvm::Expected<std::unique_ptr<Module>> Divider::run() {
  findTraits();
  findBases();
  findTables();
  findCalls();
  if (Error E = findCalledOnce())
    return E;
  keepSmall();
  if (Error E = chooseLate())
    return E;
  findReferences();
  promote();
  addFunctions();
  addReferences();
  auto Bodies = std::make_unique<Module>("", M.getContext());
  Bodies->setDataLayout(M.getDataLayout());
  llvm_version::setTargetTriple(*Bodies, llvm_version::targetTriple(M));
  if (NamedMDNode *Flags = M.getModuleFlagsMetadata())
    for (MDNode *Flag : Flags->operands())
      Bodies->addModuleFlag(Flag);
  for (Function *F : Late)
    leaveDeclaration(*F, *Bodies);
  return Bodies;
}

} // namespace

std::optional<size_t> divisibleInstructions(const Module &M) {
  // What LateLinker takes.
  auto Code = M.getCodeModel();
  if (Code && *Code != CodeModel::Small)
    return std::nullopt;
  size_t Count = 0;
  return hasFileScope(M, &Count) ? std::nullopt : std::optional(Count);
}

llvm::Expected<std::unique_ptr<Module>> divideLate(Module &M, uint32_t Unit,
                                                   StringRef Entry,
                                                   UnreadBodies *Unread,
                                                   LatePlan &Plan) {
  return Divider(M, Unit, Entry, Unread, Plan).run();
}

} // namespace remoterun::jit
