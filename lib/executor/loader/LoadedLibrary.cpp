//===- LoadedLibrary.cpp - Libraries that are there already ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LoadedLibrary.h"
#include "executor/loader/LinkMap.h"

namespace remoterun::executor {

void *findInLoadedLibrary(const char *FileName, const char *Symbol) {
  auto Name = SymbolName::parse(Symbol);
  auto Library = findInLinkMap(FileName);
  if (!Name || !Library)
    return nullptr;
  auto Found = Library->Tables.find(*Name);
  return Found ? reinterpret_cast<void *>(Library->Base + Found->Value)
               : nullptr;
}

} // namespace remoterun::executor
