//===- Structors.cpp - The order of constructors across modules -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/Structors.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

#include <map>

using namespace llvm;

namespace remoterun::jit {

namespace {

constexpr unsigned DefaultPriority = 65535;

/// An entry of llvm.global_ctors or llvm.global_dtors.
struct Structor {
  uint64_t Priority = DefaultPriority;
  Constant *Function = nullptr;
  Constant *Key = nullptr; ///< Of its COMDAT, null for none.
};

struct StructorList {
  const char *Variable;
  const char *Section;
};

constexpr StructorList Lists[] = {{"llvm.global_ctors", ".init_array"},
                                  {"llvm.global_dtors", ".fini_array"}};

SmallVector<Structor, 8> readList(Module &M, const char *Name) {
  SmallVector<Structor, 8> Structors;
  GlobalVariable *Variable = M.getGlobalVariable(Name);
  if (!Variable || !Variable->hasInitializer())
    return Structors;
  for (Value *Entry : Variable->getInitializer()->operands()) {
    auto *Fields = cast<Constant>(Entry);
    // It ends a module's list, where there are others after it, too (LangRef,
    // and AsmPrinter).
    if (Fields->getAggregateElement(1)->isNullValue())
      break;
    Constant *Key = Fields->getAggregateElement(2);
    Structors.push_back(
        {cast<ConstantInt>(Fields->getAggregateElement(0u))->getZExtValue(),
         Fields->getAggregateElement(1),
         Key && !Key->isNullValue() ? Key : nullptr});
  }
  return Structors;
}

void writeList(Module &M, const char *Name, ArrayRef<Structor> Structors) {
  if (GlobalVariable *Old = M.getGlobalVariable(Name))
    Old->eraseFromParent();
  if (Structors.empty())
    return;
  LLVMContext &Context = M.getContext();
  Type *Int32 = Type::getInt32Ty(Context);
  PointerType *Pointer = PointerType::getUnqual(Context);
  StructType *EntryType = StructType::get(Int32, Pointer, Pointer);
  SmallVector<Constant *, 8> Entries;
  for (const Structor &Each : Structors)
    Entries.push_back(ConstantStruct::get(
        EntryType, ConstantInt::get(Int32, Each.Priority), Each.Function,
        Each.Key ? Each.Key : ConstantPointerNull::get(Pointer)));
  ArrayType *Array = ArrayType::get(EntryType, Entries.size());
  new GlobalVariable(M, Array, /*isConstant=*/false,
                     GlobalValue::AppendingLinkage,
                     ConstantArray::get(Array, Entries), Name);
}

/// The pointers in a variable that the program itself has put into the array's
/// section; empty if it holds anything else.
SmallVector<Constant *, 4> pointersIn(Constant *Initializer) {
  if (isa<Function>(Initializer->stripPointerCasts()))
    return {Initializer};
  SmallVector<Constant *, 4> Pointers;
  auto *Array = dyn_cast<ConstantArray>(Initializer);
  if (!Array)
    return {};
  for (Value *Element : Array->operands()) {
    if (!isa<Function>(Element->stripPointerCasts()))
      return {};
    Pointers.push_back(cast<Constant>(Element));
  }
  return Pointers;
}

/// Turns such variables into entries, which come before the compiler's own.
SmallVector<Structor, 8> takePlacedByHand(Module &M, StringRef Section) {
  SmallVector<Structor, 8> Taken;
  for (GlobalVariable &Variable : M.globals()) {
    if (Variable.getSection() != Section || !Variable.hasInitializer())
      continue;
    SmallVector<Constant *, 4> Pointers = pointersIn(Variable.getInitializer());
    for (Constant *Pointer : Pointers)
      Taken.push_back({DefaultPriority, Pointer, nullptr});
    if (!Pointers.empty())
      Variable.setSection("");
  }
  return Taken;
}

} // namespace

void orderStructors(Module &M) {
  for (const StructorList &List : Lists) {
    SmallVector<Structor, 8> Structors = takePlacedByHand(M, List.Section);
    append_range(Structors, readList(M, List.Variable));
    // The object has a section for each priority and key, in the order of first
    // appearance.
    using SectionName = std::pair<uint64_t, Constant *>;
    MapVector<SectionName, SmallVector<Structor, 4>> Sections;
    for (const Structor &Each : Structors)
      Sections[{Each.Priority, Each.Key}].push_back(Each);
    SmallVector<Structor, 8> Ordered;
    for (const auto &[Name, Entries] : Sections)
      append_range(Ordered, Entries);
    writeList(M, List.Variable, Ordered);
  }
}

void keepStructorOrder(Module &M) {
  for (const StructorList &List : Lists) {
    SmallVector<Structor, 8> Structors = readList(M, List.Variable);
    // Of a key that is not here, the owner has the constructor.
    erase_if(Structors, [](const Structor &Each) {
      auto *Key = Each.Key
                      ? dyn_cast<GlobalValue>(Each.Key->stripPointerCasts())
                      : nullptr;
      return Key && Key->isDeclarationForLinker();
    });
    for (Structor &Each : Structors)
      Each.Key = nullptr;
    writeList(M, List.Variable, Structors);
  }
}

std::vector<Function *> constructorsOf(Module &M) {
  std::map<uint64_t, std::vector<Function *>> ByPriority;
  for (const Structor &Each : readList(M, Lists[0].Variable))
    if (auto *F = dyn_cast<Function>(Each.Function->stripPointerCasts());
        F && !F->isDeclarationForLinker())
      ByPriority[Each.Priority].push_back(F);
  std::vector<Function *> Ordered;
  for (const auto &[Priority, Its] : ByPriority)
    append_range(Ordered, Its);
  return Ordered;
}

} // namespace remoterun::jit
