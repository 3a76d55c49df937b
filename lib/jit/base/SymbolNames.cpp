//===- SymbolNames.cpp - Names of symbols for people ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/SymbolNames.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Demangle/Demangle.h"

using namespace llvm;

namespace remoterun::jit {

std::string demangledFunction(StringRef Name) {
  Name.consume_back(PromotedSuffix);
  return demangle(Name);
}

std::string demangledType(StringRef Name) {
  // Names that start so are compared by address, and are no other names.
  Name.consume_front("*");
  std::string Text = demangle(("_ZTS" + Name).str());
  StringRef Type = Text;
  return Type.consume_front("typeinfo name for ") ? Type.str() : Name.str();
}

} // namespace remoterun::jit
