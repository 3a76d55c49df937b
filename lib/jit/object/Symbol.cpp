//===- Symbol.cpp - A name of the program ---------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/Symbol.h"

using namespace llvm;

namespace remoterun::jit {

SymbolVisibility visibilityOf(uint8_t Other) {
  switch (Other & 3) {
  case ELF::STV_DEFAULT:
    return SymbolVisibility::Default;
  case ELF::STV_PROTECTED:
    return SymbolVisibility::Protected;
  default:
    return SymbolVisibility::Hidden;
  }
}

VersionedName VersionedName::of(StringRef Text) {
  auto [Name, Version] = Text.split('@');
  bool IsDefault = Version.consume_front("@");
  return {Name, Version, IsDefault};
}

namespace {

enum class Strength : uint8_t { Weak, Common, Strong };

Strength strengthOf(const SymbolDefinition &Its) {
  if (Its.isCommon())
    return Strength::Common;
  return Its.isWeak() ? Strength::Weak : Strength::Strong;
}

} // namespace

bool SymbolDefinition::overrides(const SymbolDefinition &Other) const {
  if (!Other.isDefined())
    return true;
  return strengthOf(*this) > strengthOf(Other) ||
         (isCommon() && Other.isCommon() && Size > Other.Size);
}

bool SymbolDefinition::excludes(const SymbolDefinition &Other) const {
  return strengthOf(*this) == Strength::Strong &&
         strengthOf(Other) == Strength::Strong;
}

} // namespace remoterun::jit
