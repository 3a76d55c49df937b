//===- LazyModule.cpp - A module of which others take what they need ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/LazyModule.h"
#include "driver/compile/Compilation.h"
#include "driver/open/WarningCollector.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/SymbolNames.h"
#include "jit/codegen/Partition.h"
#include "jit/ir/GlobalReferences.h"
#include "jit/ir/Normalize.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

bool isListOfLlvm(const GlobalValue &Value) {
  return Value.getName().starts_with("llvm.");
}

bool isListOfUsed(const GlobalValue &Value) {
  return Value.getName() == "llvm.used" ||
         Value.getName() == "llvm.compiler.used";
}

bool isListOfStructors(const GlobalValue &Value) {
  return Value.getName() == "llvm.global_ctors" ||
         Value.getName() == "llvm.global_dtors";
}

/// Lists by section are walked through as a whole, and two modules cannot share
/// a thread-local variable.
bool canBeCut(const Module &M) {
  return !jit::dependsOnFile(M) && M.ifuncs().empty() &&
         none_of(M.global_objects(), [](const GlobalObject &Each) {
           return !Each.isDeclaration() && !isListOfLlvm(Each) &&
                  (Each.hasSection() || Each.isThreadLocal());
         });
}

/// The values that a module has for itself.
struct OwnValues {
  SmallPtrSet<const GlobalValue *, 32> All;
  SmallPtrSet<const GlobalValue *, 32> Copied; ///< Of these.
};

/// What something else than code refers to: there has to be one.
SmallPtrSet<const GlobalValue *, 8> findSingles(const Module &M) {
  SmallPtrSet<const GlobalValue *, 8> Singles;
  for (const GlobalAlias &Alias : M.aliases())
    Singles.insert(Alias.getAliaseeObject());
  for (bool OfCompiler : {false, true}) {
    SmallVector<GlobalValue *, 8> Used;
    collectUsedGlobalVariables(M, Used, OfCompiler);
    Singles.insert(Used.begin(), Used.end());
  }
  return Singles;
}

/// Gives what \p M has for itself a name that nobody else has, by which pieces
/// of it know that, unless each may have a copy.
OwnValues promoteOwn(Module &M, const std::string &Suffix) {
  auto Singles = findSingles(M);
  OwnValues Own;
  for (GlobalValue &Value : M.global_values()) {
    if (Value.isDeclarationForLinker() || isListOfLlvm(Value) ||
        !(Value.hasLocalLinkage() || Value.hasHiddenVisibility()))
      continue;
    Own.All.insert(&Value);
    auto *Variable = dyn_cast<GlobalVariable>(&Value);
    if (Variable && Value.hasLocalLinkage() && !Singles.contains(&Value) &&
        jit::isCopyable(*Variable)) {
      Own.Copied.insert(&Value);
      continue;
    }
    Value.setName((Value.hasName() ? Value.getName() : "unnamed") + Suffix);
    if (Value.hasLocalLinkage())
      Value.setLinkage(GlobalValue::ExternalLinkage);
    Value.setVisibility(GlobalValue::DefaultVisibility);
    Value.setDSOLocal(false);
  }
  return Own;
}

/// Of the IR that \p Work has loaded, what pieces are cut from; null if that
/// cannot be.
Module *moduleToCut(Compilation &Work) {
  std::vector<jit::Unit> &Units = Work.Loaded.IR.Units;
  return Units.size() == 1 && canBeCut(*Units.front().IR)
             ? Units.front().IR.get()
             : nullptr;
}

} // namespace

LazyModule::LazyModule(std::string Name, Module &M, const std::string &Suffix)
    : Name(std::move(Name)) {
  OwnValues Own = promoteOwn(M, Suffix);
  DenseMap<const GlobalValue *, uint32_t> NumberOf;
  for (GlobalValue &Value : M.global_values()) {
    NumberOf[&Value] = static_cast<uint32_t>(Definitions.size());
    Definition Its;
    Its.Name = Value.getName().str();
    Its.IsDefined = !Value.isDeclarationForLinker();
    Its.IsForOthers =
        Its.IsDefined && !isListOfLlvm(Value) && !Own.All.contains(&Value);
    Its.IsWeak = Value.isWeakForLinker();
    // Each piece has as much of these lists as it has of what is in them.
    Its.IsCopied = Own.Copied.contains(&Value) || isListOfUsed(Value);
    Its.IsFirst = isListOfStructors(Value);
    Definitions.push_back(std::move(Its));
  }
  SmallVector<GlobalValue *, 8> Used;
  collectUsedGlobalVariables(M, Used, /*CompilerUsed=*/false);
  for (GlobalValue *Each : Used)
    Definitions[NumberOf[Each]].IsFirst = true;
  for (GlobalValue &Value : M.global_values()) {
    uint32_t Number = NumberOf[&Value];
    if (!Definitions[Number].IsDefined || isListOfUsed(Value))
      continue;
    jit::forEachReference(Value, [&](GlobalValue &To) {
      Definitions[Number].Uses.push_back(NumberOf[&To]);
      // What stands for another is defined beside it.
      if (isa<GlobalAlias>(Value))
        Definitions[NumberOf[&To]].Uses.push_back(Number);
    });
  }
  for (uint32_t Number = 0; Number != Definitions.size(); ++Number)
    if (Definitions[Number].IsForOthers)
      Numbers[Definitions[Number].Name] = Number;
  Bitcode = jit::writeBitcode(M);
}

Expected<std::unique_ptr<LazyModule>>
LazyModule::read(const ProgramSettings &Settings, jit::InputFile &Input,
                 uint32_t Number, std::vector<std::string> &Warnings) {
  if (Input.Native != jit::NativeKind::None)
    return std::unique_ptr<LazyModule>();
  WarningCollector Watching(Warnings);
  Compilation Work(Settings, Watching);
  std::string Name = Input.Name;
  Work.Read.Inputs.push_back(std::move(Input));
  auto Loaded = loadIR(Work);
  Input = std::move(Work.Read.Inputs.front());
  if (!Loaded)
    return Loaded.error();
  Module *M = moduleToCut(Work);
  if (!M)
    return std::unique_ptr<LazyModule>();
  jit::dissolveComdats(*M);
  // Units of one compilation are fewer.
  constexpr size_t FirstOfModules = size_t(1) << 20;
  return std::unique_ptr<LazyModule>(new LazyModule(
      std::move(Name), *M, jit::promotedSuffix(FirstOfModules + Number)));
}

std::vector<LazyModule::Symbol> LazyModule::left() const {
  std::vector<Symbol> Symbols;
  for (const Definition &Each : Definitions)
    if (Each.IsForOthers && !Each.IsTaken)
      Symbols.push_back({Each.Name, Each.IsWeak});
  return Symbols;
}

Expected<LazyModule::Piece> LazyModule::first() const {
  std::vector<uint32_t> Wanted;
  for (uint32_t Number = 0; Number != Definitions.size(); ++Number)
    if (Definitions[Number].IsFirst && Definitions[Number].IsDefined)
      Wanted.push_back(Number);
  return pieceOf(std::move(Wanted));
}

Expected<LazyModule::Piece> LazyModule::pieceFor(StringRef Symbol) const {
  auto Found = Numbers.find(Symbol);
  return pieceOf(Found == Numbers.end() ? std::vector<uint32_t>()
                                        : std::vector<uint32_t>{Found->second});
}

/// With all that \p Wanted refers to, but what has been taken.
Expected<LazyModule::Piece>
LazyModule::pieceOf(std::vector<uint32_t> Wanted) const {
  constexpr uint8_t InPiece = 0, Elsewhere = 1;
  jit::PartitionPlan Plan;
  Plan.Count = 2;
  for (const Definition &Each : Definitions)
    Plan.Owners.push_back(Each.IsCopied ? jit::PartitionPlan::WhereUsed
                                        : Elsewhere);
  Piece Made;
  BitVector Seen(static_cast<unsigned>(Definitions.size()));
  while (!Wanted.empty()) {
    uint32_t Number = Wanted.back();
    Wanted.pop_back();
    const Definition &Its = Definitions[Number];
    if (Seen.test(Number) || !Its.IsDefined || Its.IsTaken)
      continue;
    Seen.set(Number);
    append_range(Wanted, Its.Uses);
    if (Its.IsCopied)
      continue;
    Plan.Owners[Number] = InPiece;
    Made.Definitions.push_back(Number);
  }
  if (Made.Definitions.empty())
    return Made;
  LLVMContext Context;
  auto Cut = jit::extractPartition({Bitcode.data(), Bitcode.size()}, Plan,
                                   InPiece, Context);
  if (!Cut)
    return Failure{Blame::Internal, "cannot take a piece of '" + Name +
                                        "': " + toString(Cut.takeError())};
  SmallVector<char, 0> Its = jit::writeBitcode(**Cut);
  Made.Bitcode.assign(Its.data(), Its.size());
  return Made;
}

void LazyModule::take(const Piece &Taken) {
  for (uint32_t Number : Taken.Definitions)
    Definitions[Number].IsTaken = true;
}

void LazyModule::takeBack() {
  for (Definition &Each : Definitions)
    Each.IsTaken = false;
}

} // namespace remoterun::driver
