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

namespace {

constexpr StringLiteral Promoted = ".remote-run";

} // namespace

std::string promotedSuffix(size_t UnitNumber) {
  return (Promoted + (UnitNumber == 0 ? "" : Twine(UnitNumber))).str();
}

bool consumePromotedSuffix(StringRef &Name) {
  StringRef Rest = Name.rtrim("0123456789");
  if (!Rest.consume_back(Promoted))
    return false;
  Name = Rest;
  return true;
}

std::string demangledFunction(StringRef Name) {
  consumePromotedSuffix(Name);
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
