//===- SourceFiles.cpp - The files that a program is made of --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/SourceFiles.h"
#include "jit/base/SymbolNames.h"

#include <numeric>

using namespace llvm;

namespace remoterun::jit {

std::string SourceFiles::together() const {
  std::vector<uint32_t> All(Names.size());
  std::iota(All.begin(), All.end(), 0);
  return together(All);
}

std::string SourceFiles::together(ArrayRef<uint32_t> Numbers) const {
  const std::string &First = Names[Numbers.front()],
                    &Last = Names[Numbers.back()];
  if (Numbers.size() == 1)
    return First;
  if (Numbers.size() == 2)
    return First + "' linked with '" + Last;
  return First + "' linked with '" + Names[Numbers[1]] + "' and " +
         std::to_string(Numbers.size() - 2) + " more, up to '" + Last;
}

const std::string &SourceFiles::fileOf(StringRef Symbol) const {
  consumePromotedSuffix(Symbol);
  return Names[DefinedIn.lookup(Symbol)];
}

} // namespace remoterun::jit
