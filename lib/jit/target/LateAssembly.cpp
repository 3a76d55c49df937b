//===- LateAssembly.cpp - Entries of late functions as text ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/LateAssembly.h"

#include "llvm/ADT/Twine.h"

using namespace llvm;

namespace remoterun::jit {

std::string quoted(StringRef Name) { return ("\"" + Name + "\"").str(); }

void addDirectives(const LateSymbol &Symbol, std::string &Text) {
  const std::string Name = quoted(Symbol.Name);
  for (StringRef Directive : {Symbol.Binding, Symbol.Visibility})
    if (!Directive.empty())
      Text += ("\t" + Directive + " " + Name + "\n").str();
}

static void replaceAll(std::string &Text, StringRef From, StringRef To) {
  for (size_t At = Text.find(From); At != std::string::npos;
       At = Text.find(From, At + To.size()))
    Text.replace(At, From.size(), To);
}

std::string startOfLateSlots(ArrayRef<StringLiteral> Code) {
  std::string Text = "\t.text\n";
  for (StringRef Each : Code)
    Text += Each;
  replaceAll(Text, "CONTROL", LateCode::Control);
  replaceAll(Text, "SLOTS", LateCode::Slots);
  for (StringRef Own : {LateCode::Entries, LateCode::Words, LateCode::Stubs})
    Text += "\t.globl " + quoted(Own) + "\n\t.hidden " + quoted(Own) + "\n";
  return Text;
}

void addWords(ArrayRef<LateSymbol> Outside, std::string &Text) {
  Text += "\t.section .data.rel.ro, \"aw\", @progbits\n\t.p2align 3\n" +
          quoted(LateCode::Words) + ":\n";
  for (const LateSymbol &Symbol : Outside) {
    addDirectives(Symbol, Text);
    Text += "\t.quad " + quoted(Symbol.Name) + "\n";
  }
}

} // namespace remoterun::jit
