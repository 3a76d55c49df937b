//===- LateAssembly.cpp - Entries of late functions as text ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/LateAssembly.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace remoterun::jit {

/// As the executor's table of symbols has it (StaticSymbols.cpp).
static constexpr StringLiteral ArrivalFunction = "remote-run.late-arrival";

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

std::string startOfLateSlots(ArrayRef<StringLiteral> Code,
                             StringRef OnArrival) {
  std::string Text = "\t.text\n";
  for (StringRef Each : Code)
    Text += Each;
  replaceAll(Text, "ARRIVAL", OnArrival);
  replaceAll(Text, "OBJECTS", LateCode::DebugObjects);
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

void addOwnSlots(size_t Functions, size_t EntrySize, size_t RequestOffset,
                 std::string &Text) {
  Text += "\t.section .data.rel.ro, \"aw\", @progbits\n\t.p2align 3\n"
          "\"remote-run.arrival\":\n\t.quad " +
          quoted(ArrivalFunction) + "\n\t.data\n\t.p2align 3\n" +
          quoted(OwnSlots) + ":\n";
  for (size_t Number = 0; Number != Functions; ++Number)
    Text += "\t.quad " + quoted(LateCode::Entries) + "+" +
            utostr(Number * EntrySize + RequestOffset) + "\n";
  // As large as the executor's DebuggerEntry.
  constexpr size_t SizeOfEntry = 32;
  Text += "\t.bss\n\t.p2align 3\n\"remote-run.debugger-entries\":\n\t.zero " +
          utostr(Functions * SizeOfEntry) + "\n";
}

} // namespace remoterun::jit
