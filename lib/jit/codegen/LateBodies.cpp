//===- LateBodies.cpp - The IR of late functions --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LateBodies.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/LlvmErrors.h"
#include "jit/base/LlvmVersion.h"
#include "jit/codegen/LabelValues.h"
#include "jit/codegen/LateDeclaration.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

#include <algorithm>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Declares in one module whatever is referred to of others, in metadata too.
class Declarer final : public ValueMaterializer {
public:
  explicit Declarer(Module &Into) : Into(Into) {}

  Value *materialize(Value *Used) override {
    auto *Value = dyn_cast<GlobalValue>(Used);
    return Value && Value->getParent() != &Into ? declare(*Value) : nullptr;
  }
  GlobalValue *declare(const GlobalValue &Value);

  /// What is there, and what declares it here.
  template <typename T> struct Pair {
    const T *There;
    T *Here;
  };
  const std::vector<Pair<GlobalVariable>> &variables() const {
    return Variables;
  }
  const std::vector<Pair<Function>> &functions() const { return Functions; }

private:
  Module &Into;
  std::vector<Pair<GlobalVariable>> Variables;
  std::vector<Pair<Function>> Functions;
};

GlobalValue *Declarer::declare(const GlobalValue &Value) {
  auto Linkage = Value.hasExternalWeakLinkage()
                     ? GlobalValue::ExternalWeakLinkage
                     : GlobalValue::ExternalLinkage;
  GlobalValue *Made;
  if (auto *Type = dyn_cast<FunctionType>(Value.getValueType())) {
    auto *F = Function::Create(Type, Linkage, Value.getAddressSpace(),
                               Value.getName(), &Into);
    // An alias has none.
    if (auto *From = dyn_cast<Function>(&Value)) {
      F->copyAttributesFrom(From);
      // These are of the definition; late code has one section, for all.
      F->setPersonalityFn(nullptr);
      F->setSection("");
      Functions.push_back({From, F});
    }
    Made = F;
  } else {
    auto *From = dyn_cast<GlobalVariable>(&Value);
    auto *Variable = new GlobalVariable(
        Into, Value.getValueType(), From && From->isConstant(), Linkage,
        nullptr, Value.getName(), nullptr, Value.getThreadLocalMode(),
        Value.getAddressSpace());
    if (From) {
      Variable->copyAttributesFrom(From);
      Variables.push_back({From, Variable});
    }
    Made = Variable;
  }
  Made->setVisibility(Value.getVisibility());
  Made->setDSOLocal(Value.isDSOLocal());
  return Made;
}

/// What \p F and what was inlined into it is from: code generation describes
/// only what is among these.
void addCompileUnits(const Function &F, Module &Into) {
  if (!F.getSubprogram())
    return;
  SmallSetVector<DICompileUnit *, 4> Units;
  Units.insert(F.getSubprogram()->getUnit());
  for (const Instruction &Each : instructions(F))
    for (const DILocation *At = Each.getDebugLoc().get(); At;
         At = At->getInlinedAt())
      Units.insert(At->getScope()->getSubprogram()->getUnit());
  NamedMDNode *All = Into.getOrInsertNamedMetadata("llvm.dbg.cu");
  for (DICompileUnit *Unit : Units)
    if (Unit)
      All->addOperand(Unit);
}

/// Of what optimized calls call.
void addCallees(const Function &F, Declarer &Others,
                ValueToValueMapTy &Values) {
  for (size_t Number = 0; Number != Others.functions().size(); ++Number) {
    const auto [There, Here] = Others.functions()[Number];
    if (DISubprogram *Its = There->getSubprogram(); Its && Here != &F)
      Here->setSubprogram(cast<DISubprogram>(
          MapMetadata(declarationOf(*Its), Values, RF_IgnoreMissingLocals,
                      nullptr, &Others)));
  }
}

/// A debugger takes the variables that \p F, which has been remapped by \p
/// Values, refers to from here, and what else the program has from elsewhere:
/// where other files have others of that name, these are meant.
void addVariables(const Function &F, Declarer &Others,
                  ValueToValueMapTy &Values) {
  SmallVector<Metadata *, 8> All;
  // What is remapped may declare more.
  for (size_t Number = 0; Number != Others.variables().size(); ++Number) {
    const auto [There, Here] = Others.variables()[Number];
    SmallVector<DIGlobalVariableExpression *, 1> Known;
    There->getDebugInfo(Known);
    for (DIGlobalVariableExpression *Each : Known) {
      auto *Mapped = cast<DIGlobalVariableExpression>(
          MapMetadata(Each, Values, RF_IgnoreMissingLocals, nullptr, &Others));
      Here->addDebugInfo(Mapped);
      All.push_back(Mapped);
    }
  }
  if (!All.empty())
    F.getSubprogram()->getUnit()->replaceGlobalVariables(
        MDTuple::get(F.getContext(), All));
}

/// What accesses of \p F are to one another: of use to who optimizes, and much
/// to be written and read again.
void dropAliasHints(Function &F) {
  for (Instruction &Each : instructions(F))
    if (Each.hasMetadataOtherThanDebugLoc())
      for (unsigned Kind :
           {LLVMContext::MD_tbaa, LLVMContext::MD_tbaa_struct,
            LLVMContext::MD_alias_scope, LLVMContext::MD_noalias})
        Each.setMetadata(Kind, nullptr);
}

/// Makes \p Into of the function \p F alone, from which its body is taken.
void moveBody(Function &F, Module &Into) {
  Module &From = *F.getParent();
  Into.setDataLayout(From.getDataLayout());
  llvm_version::setTargetTriple(Into, llvm_version::targetTriple(From));
  if (NamedMDNode *Flags = From.getModuleFlagsMetadata())
    for (MDNode *Flag : Flags->operands())
      Into.addModuleFlag(Flag);
  std::optional<LabelValues> Labels = LabelValues::of(F);
  Declarer Others(Into);
  auto *Alone = cast<Function>(Others.declare(F));
  const std::string Name = F.getName().str();
  Alone->setName(Name + LateBody);
  if (F.hasPersonalityFn())
    Alone->setPersonalityFn(F.getPersonalityFn());
  Alone->copyMetadata(&F, /*Offset=*/0);
  Alone->stealArgumentListFrom(F);
  Alone->splice(Alone->end(), &F);
  if (Labels)
    Labels->follow(*Alone);
  ValueToValueMapTy Values;
  RemapFunction(*Alone, Values, RF_IgnoreMissingLocals, nullptr, &Others);
  if (isDescribed(*Alone)) {
    addCallees(*Alone, Others, Values);
    addVariables(*Alone, Others, Values);
  }
  // Remapping has made copies of them.
  addCompileUnits(*Alone, Into);
  // Who takes its address wants that of the entry; who calls it does not.
  if (Function *Entry = Into.getFunction(Name))
    for (Use &Each : make_early_inc_range(Entry->uses()))
      if (auto *Call = dyn_cast<CallBase>(Each.getUser());
          Call && Call->isCallee(&Each))
        Each.set(Alone);
}

/// What code generation would describe with each function, and has described
/// with the rest.
void describeNoMore(Module &M) {
  for (DICompileUnit *Unit : M.debug_compile_units()) {
    Unit->replaceGlobalVariables(nullptr);
    Unit->replaceEnumTypes(nullptr);
    Unit->replaceRetainedTypes(nullptr);
    Unit->replaceMacros(nullptr);
    // A debugger finds names by what a function's file has imported.
    SmallVector<Metadata *, 4> Namespaces;
    for (DIImportedEntity *Each : Unit->getImportedEntities())
      if (Each->getTag() == dwarf::DW_TAG_imported_module)
        Namespaces.push_back(Each);
    Unit->replaceImportedEntities(
        Namespaces.empty() ? nullptr
                           : MDTuple::get(M.getContext(), Namespaces));
  }
}

} // namespace

LateBodies::LateBodies(std::unique_ptr<LLVMContext> Its,
                       std::vector<std::unique_ptr<Module>> Others,
                       std::vector<Unit> All, const LatePlan &Plan)
    : Context(std::move(Its)), Rest(std::move(Others)), Units(std::move(All)),
      Interpreters(Plan.Interpreters), Written(Plan.Functions.size()) {
  for (const std::unique_ptr<Module> &Each : Rest)
    describeNoMore(*Each);
}

void LateBodies::release() {
  // One refers to the other.
  for (const Unit &Each : Units)
    if (Each.Functions)
      Each.Functions->dropAllReferences();
  for (Unit &Each : Units)
    Each.Functions.reset();
  Rest.clear();
  Context.reset();
  for (Unit &Each : Units) {
    // One may be lent, which reads no more.
    if (Each.Readers)
      Each.Readers->close();
    Each.Bitcode.reset();
  }
}

/// With its body.
Expected<Function *> LateBodies::find(const PlannedFunction &Planned) {
  if (Function *F = Units[Planned.Unit].Functions->getFunction(Planned.Name))
    return F;
  Function *F = Rest[Planned.Unit]->getFunction(Planned.Name);
  F->setIsMaterializable(true);
  if (Error E = F->materialize())
    return fromLlvm(Blame::Internal,
                    "cannot read function '" + Planned.Name + "' again",
                    std::move(E));
  return F;
}

/// Code generation looks at every global of a module, so that a function is
/// compiled in one of its own.
Expected<void> LateBodies::write(uint32_t Number,
                                 const PlannedFunction &Planned) {
  HeldBytes &Its = Written[Number];
  if (Its.isThere())
    return {};
  auto Found = find(Planned);
  if (!Found)
    return Found.error();
  Function &F = **Found;
  if (!Units[Planned.Unit].IsOptimized)
    dropAliasHints(F);
  Module Alone("", *Context);
  moveBody(F, Alone);
  Its.InMemory = writeBitcode(Alone);
  return {};
}

Expected<ObjectBytes> LateBodies::bitcodeOf(uint32_t Number,
                                            const PlannedFunction &Planned) {
  std::lock_guard Lock(Guard);
  if (auto Done = write(Number, Planned); !Done)
    return Done.error();
  const HeldBytes &Its = Written[Number];
  if (!Its.OnDisk)
    return Its.InMemory;
  if (auto Read = Disk->get(*Its.OnDisk))
    return std::move(*Read);
  return Failure{Blame::Internal, "cannot read function '" + Planned.Name +
                                      "' back from a file without a name in "
                                      "$TMPDIR or /var/tmp"};
}

/// Without a detour by bitcode.
Expected<LateModule> LateBodies::moduleOf(uint32_t Number,
                                          const PlannedFunction &Planned) {
  const Unit &Its = Units[Planned.Unit];
  bool IsRead = Its.Readers && !std::binary_search(Interpreters.begin(),
                                                   Interpreters.end(), Number);
  auto Reader = IsRead ? UnitReaders::borrow(Its.Readers) : nullptr;
  if (!Reader)
    return LateSource::moduleOf(Number, Planned);
  Reader->listens();
  Function &F = *Reader->module().getFunction(Planned.Name);
  if (Error E = Reader->read(F))
    return fromLlvm(Blame::Internal,
                    "cannot read function '" + Planned.Name + "' again",
                    std::move(E));
  if (!Its.IsOptimized)
    dropAliasHints(F);
  auto Alone = std::make_unique<Module>("", F.getContext());
  moveBody(F, *Alone);
  UnitReader::drop(F);
  return LateModule(std::move(Reader), std::move(Alone));
}

bool LateBodies::shrink(const LatePlan &Plan) {
  std::unique_lock Lock(Guard);
  if (NextToMove == Written.size()) {
    // Nobody looks at the units any more, and that takes a while.
    Lock.unlock();
    release();
    return false;
  }
  if (!Disk && MayUseDisk)
    Disk = ScratchFile::create();
  // Who wants it is told why.
  if (!write(NextToMove, Plan.Functions[NextToMove]))
    return false;
  if (MayUseDisk && Disk && !Written[NextToMove].moveTo(*Disk))
    MayUseDisk = false;
  ++NextToMove;
  return true;
}

void LateBodies::readAll() {
  std::lock_guard Lock(Guard);
  MayUseDisk = false;
  for (HeldBytes &Each : Written)
    Each.moveBack(Disk.get());
  Disk = nullptr;
}

} // namespace remoterun::jit
