//===- BitcodeSymbols.cpp - Symbols of IR before it is compiled -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/BitcodeSymbols.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/BinaryFormat/Magic.h"
#include "llvm/IR/Module.h"
#include "llvm/Object/IRObjectFile.h"
#include "llvm/Object/ModuleSymbolTable.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::jit {

bool isBitcode(StringRef File) {
  return identify_magic(File) == file_magic::bitcode;
}

std::vector<BitcodeSymbol> symbolsOf(const Module &M) {
  using object::BasicSymbolRef;
  // It only reads, but hands out what can be changed.
  auto &Read = const_cast<Module &>(M);
  ModuleSymbolTable Table;
  Table.addModule(&Read);
  std::vector<BitcodeSymbol> Symbols;
  for (ModuleSymbolTable::Symbol Each : Table.symbols()) {
    uint32_t Flags = Table.getSymbolFlags(Each);
    // Intrinsics, and names like llvm.used.
    if ((Flags & BasicSymbolRef::SF_FormatSpecific) ||
        !(Flags & BasicSymbolRef::SF_Global))
      continue;
    BitcodeSymbol Made;
    raw_string_ostream Name(Made.Name);
    Table.printSymbolName(Name, Each);
    Made.IsDefined = !(Flags & BasicSymbolRef::SF_Undefined);
    Made.IsWeak = Flags & BasicSymbolRef::SF_Weak;
    Made.IsCommon = Flags & BasicSymbolRef::SF_Common;
    Symbols.push_back(std::move(Made));
  }
  return Symbols;
}

Expected<std::vector<BitcodeSymbol>> symbolsOfBitcode(StringRef Contents,
                                                      const std::string &What) {
  auto Read = object::readIRSymtab({Contents, What});
  if (!Read)
    return fromLlvm(Blame::Input, "cannot read the symbols of '" + What + "'",
                    Read.takeError());
  std::vector<BitcodeSymbol> Symbols;
  for (const auto &Each : Read->TheReader.symbols())
    if (Each.isGlobal() && !Each.isFormatSpecific())
      Symbols.push_back({.Name = Each.getName().str(),
                         .IsDefined = !Each.isUndefined(),
                         .IsWeak = Each.isWeak(),
                         .IsCommon = Each.isCommon()});
  return Symbols;
}

} // namespace remoterun::jit
