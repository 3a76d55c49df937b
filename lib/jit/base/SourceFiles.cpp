//===- SourceFiles.cpp - The files that a program is made of --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/SourceFiles.h"
#include "jit/base/SymbolNames.h"

using namespace llvm;

namespace remoterun::jit {

std::string SourceFiles::together() const {
  if (Names.size() == 1)
    return Names.front();
  if (Names.size() == 2)
    return Names.front() + "' linked with '" + Names.back();
  return Names.front() + "' linked with '" + Names[1] + "' and " +
         std::to_string(Names.size() - 2) + " more, up to '" + Names.back();
}

const std::string &SourceFiles::fileOf(StringRef Symbol) const {
  Symbol.consume_back(PromotedSuffix);
  return Names[DefinedIn.lookup(Symbol)];
}

} // namespace remoterun::jit
