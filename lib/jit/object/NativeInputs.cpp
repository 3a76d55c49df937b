//===- NativeInputs.cpp - Objects and archives beside the IR --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/NativeInputs.h"

using namespace llvm;

namespace remoterun::jit {

Expected<ProgramSymbols> NativeInputs::symbols() const {
  ProgramSymbols OfObjects;
  for (const ProgramObject &Object : Objects)
    if (auto Added = OfObjects.add(Object); !Added)
      return Added.error();
  return OfObjects;
}

Expected<bool> NativeInputs::define(StringRef Name) const {
  if (Archives.defines(Name))
    return true;
  auto OfObjects = symbols();
  if (!OfObjects)
    return OfObjects.error();
  return OfObjects->find(Name) != nullptr;
}

Expected<bool> NativeInputs::mention(StringRef Name) const {
  if (Archives.defines(Name))
    return true;
  auto OfObjects = symbols();
  if (!OfObjects)
    return OfObjects.error();
  return OfObjects->find(Name) || OfObjects->isWanted(Name);
}

} // namespace remoterun::jit
