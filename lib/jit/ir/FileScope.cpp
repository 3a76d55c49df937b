//===- FileScope.cpp - What code means by names of its object -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/FileScope.h"
#include "jit/base/LlvmVersion.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

void forEachAssemblyWord(StringRef Text, function_ref<void(StringRef)> Visit) {
  auto IsWordCharacter = [](char C) {
    return isAlnum(C) || C == '_' || C == '.' || C == '$';
  };
  while (!Text.empty()) {
    Text = Text.drop_until(IsWordCharacter);
    StringRef Word = Text.take_while(IsWordCharacter);
    Text = Text.drop_front(Word.size());
    // "$" also marks an immediate, and in IR an operand.
    if (StringRef Name = Word.ltrim('$'); !Name.empty())
      Visit(Name);
  }
}

namespace {

bool isPartOfName(char C) {
  return isAlnum(C) || C == '_' || C == '.' || C == '$' || C == '"';
}

/// Numeric labels, and those with "%=" or "${:uid}", are for one piece of
/// assembly alone.
bool hasNamedLabel(StringRef Assembly) {
  for (size_t Colon = Assembly.find(':'); Colon != StringRef::npos;
       Colon = Assembly.find(':', Colon + 1)) {
    StringRef Before = Assembly.take_front(Colon).rtrim(" \t");
    size_t Start = Before.size();
    while (Start != 0 && isPartOfName(Before[Start - 1]))
      --Start;
    StringRef Word = Before.drop_front(Start);
    // A register that is a segment has a "%" before it.
    bool IsRegister = Start != 0 && Before[Start - 1] == '%';
    if (!Word.empty() && Word != "$" && !isDigit(Word.front()) && !IsRegister)
      return true;
  }
  return false;
}

/// Whether a statement begins with "name =" (gas manual, Setting Symbols).
bool assignsSymbol(StringRef Assembly) {
  while (!Assembly.empty()) {
    size_t End = std::min(Assembly.find_first_of("\n;"), Assembly.size());
    StringRef Statement = Assembly.take_front(End).ltrim(" \t");
    Assembly = Assembly.drop_front(std::min(End + 1, Assembly.size()));
    StringRef Name = Statement.take_while(isPartOfName);
    if (!Name.empty() &&
        Statement.drop_front(Name.size()).ltrim(" \t").starts_with("="))
      return true;
  }
  return false;
}

/// Whether assembly defines a symbol or a macro, which other assembly may refer
/// to, or says something of a symbol.
bool definesSymbols(StringRef Assembly) {
  for (StringRef Directive : {".set", ".equ", ".eqv", ".macro", ".symver",
                              ".comm", ".lcomm", ".globl", ".global", ".weak",
                              ".local", ".hidden", ".protected", ".internal"})
    if (Assembly.contains(Directive))
      return true;
  return hasNamedLabel(Assembly) || assignsSymbol(Assembly);
}

/// The number of instructions, of all functions.
size_t forEachInlineAssembly(const Module &M,
                             function_ref<void(StringRef)> Visit) {
  size_t Count = 0;
  for (const Function &F : M)
    for (const Instruction &I : instructions(F)) {
      Count += !I.isDebugOrPseudoInst();
      if (auto *Call = dyn_cast<CallBase>(&I); Call && Call->isInlineAsm())
        Visit(cast<InlineAsm>(Call->getCalledOperand())->getAsmString());
    }
  return Count;
}

} // namespace

/// Whether a variable of \p M is an entry among constructors. Such a list is
/// of all objects, in their order, and of each its sections in theirs: in a
/// merged module they would come before all that llvm.global_ctors has.
static bool entersStructorLists(const Module &M) {
  constexpr StringLiteral Lists[] = {".ctors", ".dtors", ".init_array",
                                     ".fini_array", ".preinit_array"};
  return any_of(M.globals(), [&](const GlobalVariable &Variable) {
    return any_of(Lists, [&](StringRef List) {
      return Variable.getSection().starts_with(List);
    });
  });
}

bool hasFileScope(const Module &M, size_t *Instructions) {
  if (!M.getModuleInlineAsm().empty() || entersStructorLists(M))
    return true;
  const llvm_version::RuntimeCalls Calls(M);
  if (any_of(M.global_values(), [&](const GlobalValue &Value) {
        return Value.hasInternalLinkage() && Calls.contain(Value.getName());
      }))
    return true;
  bool Found = false;
  size_t Count = forEachInlineAssembly(M, [&](StringRef Text) {
    Found = Found || definesSymbols(Text);
    forEachAssemblyWord(Text, [&](StringRef Word) {
      const GlobalValue *Named = M.getNamedValue(Word);
      Found |= Named && Named->hasLocalLinkage();
    });
  });
  if (Instructions)
    *Instructions = Count;
  return Found;
}

StringSet<> wordsOfInlineAssembly(const Module &M) {
  StringSet<> Words;
  forEachInlineAssembly(M, [&](StringRef Text) {
    forEachAssemblyWord(Text, [&](StringRef Word) { Words.insert(Word); });
  });
  return Words;
}

} // namespace remoterun::jit
