//===- NativeInputs.cpp - Objects and archives beside the IR --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/NativeInputs.h"

using namespace llvm;

namespace remoterun::jit {

Expected<const ProgramSymbols *> NativeInputs::symbols() const {
  if (!OfObjects) {
    auto Read = std::make_shared<ProgramSymbols>();
    for (const ProgramObject &Object : Objects)
      if (auto Added = Read->add(Object); !Added)
        return Added.error();
    OfObjects = std::move(Read);
  }
  return OfObjects.get();
}

Expected<bool> NativeInputs::define(StringRef Name) const {
  if (Archives.defines(Name))
    return true;
  auto Known = symbols();
  if (!Known)
    return Known.error();
  return (*Known)->find(Name) != nullptr;
}

Expected<bool> NativeInputs::mention(StringRef Name) const {
  if (Archives.defines(Name))
    return true;
  auto Known = symbols();
  if (!Known)
    return Known.error();
  return (*Known)->find(Name) || (*Known)->isWanted(Name);
}

} // namespace remoterun::jit
