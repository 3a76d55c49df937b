//===- ReferencesInIR.cpp - What IR needs of others -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/ReferencesInIR.h"
#include "jit/base/LlvmVersion.h"
#include "jit/ir/FileScope.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

#include <set>

using namespace llvm;

namespace remoterun::jit {

namespace {

StringRef symbolOf(const GlobalValue &Value) {
  return GlobalValue::dropLLVMManglingEscape(Value.getName());
}

/// Whether something else than other unused constants uses \p Value.
bool isUsed(const Value &Value) {
  return any_of(Value.users(), [](const User *Each) {
    return !isa<Constant>(Each) || isa<GlobalValue>(Each) || isUsed(*Each);
  });
}

bool isReference(const GlobalValue &Value) {
  return Value.isDeclarationForLinker() && !Value.isThreadLocal() &&
         !Value.getName().starts_with("llvm.");
}

} // namespace

bool define(ArrayRef<const Module *> Modules, StringRef Name) {
  return any_of(Modules, [Name](const Module *M) {
    const GlobalValue *Found = M->getNamedValue(Name);
    return Found && !Found->hasLocalLinkage() &&
           !Found->isDeclarationForLinker();
  });
}

std::vector<ReferenceInIR> referencesOf(ArrayRef<const Module *> Modules) {
  StringSet<> InAssembly;
  for (const Module *M : Modules)
    forEachAssemblyWord(llvm_version::fileScopeAssembly(*M),
                        [&](StringRef Word) { InAssembly.insert(Word); });
  std::vector<ReferenceInIR> References;
  for (const Module *M : Modules)
    for (const GlobalValue &Value : M->global_values())
      if (isReference(Value) && isUsed(Value) &&
          !InAssembly.contains(symbolOf(Value)) &&
          !define(Modules, Value.getName()))
        References.push_back(
            {symbolOf(Value).str(), Value.hasExternalWeakLinkage()});
  return References;
}

std::vector<std::string>
threadLocalReferencesOf(ArrayRef<const Module *> Modules) {
  std::vector<std::string> Names;
  for (const Module *M : Modules)
    for (const GlobalVariable &Value : M->globals())
      if (Value.isThreadLocal() && Value.isDeclarationForLinker() &&
          isUsed(Value) && !define(Modules, Value.getName()))
        Names.push_back(symbolOf(Value).str());
  // What LLVM's code calls for one of a library.
  if (!Names.empty())
    Names.push_back("__tls_get_addr");
  return Names;
}

namespace {

/// The name that libc has for what the intrinsic \p F does, or would have by
/// its rules; empty where it can have none.
std::string nameInLibc(const Function &F) {
  StringRef Base = F.getName();
  Base.consume_front("llvm.");
  Base = StringSwitch<StringRef>(Base.split('.').first)
             .Case("minnum", "fmin")
             .Case("maxnum", "fmax")
             .Default(Base.split('.').first);
  if (Base == "memcpy" || Base == "memmove" || Base == "memset")
    return Base.str();
  if (F.arg_empty())
    return "";
  const Type *Number = F.getArg(0)->getType()->getScalarType();
  if (!Number->isFloatingPointTy())
    return "";
  bool IsLong = !Number->isFloatTy() && !Number->isDoubleTy();
  return (Base + (Number->isFloatTy() ? "f" : IsLong ? "l" : "")).str();
}

} // namespace

std::vector<std::string>
callsOfCodeGeneration(ArrayRef<const Module *> Modules) {
  std::set<std::string> Names;
  for (const Module *M : Modules)
    for (const Function &F : *M) {
      if (F.isIntrinsic() && !F.use_empty())
        Names.insert(nameInLibc(F));
      // Who catches or cleans up may go on unwinding.
      if (F.hasPersonalityFn())
        Names.insert("_Unwind_Resume");
      if (F.hasStackProtectorFnAttr())
        Names.insert("__stack_chk_fail");
    }
  Names.erase("");
  return {Names.begin(), Names.end()};
}

namespace {

/// The functions that use \p Used, by constants as well, in their order.
std::vector<const Function *> functionsThatUse(const GlobalValue &Used) {
  SmallPtrSet<const Function *, 8> Found;
  SmallSetVector<const User *, 16> Users(Used.user_begin(), Used.user_end());
  for (size_t I = 0; I != Users.size(); ++I) {
    const User *Next = Users[I];
    if (auto *Instr = dyn_cast<Instruction>(Next))
      Found.insert(Instr->getFunction());
    else if (auto *F = dyn_cast<Function>(Next)) // Its personality, say.
      Found.insert(F);
    else if (!isa<GlobalValue>(Next))
      Users.insert(Next->user_begin(), Next->user_end());
  }
  std::vector<const Function *> Functions;
  for (const Function &F : *Used.getParent())
    if (Found.contains(&F))
      Functions.push_back(&F);
  return Functions;
}

/// Whether assembly in \p F has one of \p Names: it may define it.
bool hasInAssembly(const Function &F, const StringSet<> &Names) {
  bool Found = false;
  for (const Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I); Call && Call->isInlineAsm())
      forEachAssemblyWord(
          cast<InlineAsm>(Call->getCalledOperand())->getAsmString(),
          [&](StringRef Word) { Found |= Names.contains(Word); });
  return Found;
}

using FunctionSet = SmallPtrSet<const Function *, 32>;

/// What stands in a function's place, as long as it is not called.
class Stub {
public:
  explicit Stub(Module &M) {
    LLVMContext &Context = M.getContext();
    Body = Function::Create(FunctionType::get(Type::getVoidTy(Context), false),
                            GlobalValue::PrivateLinkage, "cut", &M);
    new UnreachableInst(Context, BasicBlock::Create(Context, "", Body));
  }

  void replace(Function &F) const {
    GlobalValue::LinkageTypes Linkage = F.getLinkage();
    F.deleteBody();
    F.setComdat(nullptr);
    auto *Name = GlobalAlias::create(F.getValueType(), F.getAddressSpace(),
                                     Linkage, "", Body, F.getParent());
    Name->takeName(&F);
    Name->setVisibility(F.getVisibility());
    F.replaceAllUsesWith(Name);
    F.eraseFromParent();
  }

  const Function *body() const { return Body; }

private:
  Function *Body;
};

} // namespace

StringMap<size_t> keepReferrers(Module &M, const StringSet<> &Names,
                                size_t Limit) {
  SmallVector<GlobalValue *, 16> Named;
  for (GlobalValue &Value : M.global_values())
    if (isReference(Value) && Names.contains(symbolOf(Value)))
      Named.push_back(&Value);
  FunctionSet Kept;
  for (GlobalValue *Value : Named) {
    auto Users = functionsThatUse(*Value);
    for (const Function *F : ArrayRef(Users).take_front(Limit))
      Kept.insert(F);
  }
  // Aliases and ifuncs want a function.
  for (const GlobalAlias &Alias : M.aliases())
    if (auto *F = dyn_cast_or_null<Function>(Alias.getAliaseeObject()))
      Kept.insert(F);
  for (const GlobalIFunc &Ifunc : M.ifuncs())
    if (const Function *F = Ifunc.getResolverFunction())
      Kept.insert(F);
  StringMap<size_t> Further;
  for (GlobalValue *Value : Named)
    Further[symbolOf(*Value)] =
        count_if(functionsThatUse(*Value),
                 [&](const Function *F) { return !Kept.contains(F); });
  Stub Nothing(M);
  for (Function &F : make_early_inc_range(M))
    if (&F != Nothing.body() && !F.isDeclarationForLinker() &&
        !Kept.contains(&F) && !hasInAssembly(F, Names))
      Nothing.replace(F);
  return Further;
}

} // namespace remoterun::jit
