//===- SymbolName.cpp - What is looked for in libraries -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/SymbolName.h"

namespace remoterun::executor {

/// That of DT_GNU_HASH, by D. J. Bernstein.
static uint32_t gnuHash(std::string_view Name) {
  uint32_t Hash = 5381;
  for (unsigned char C : Name)
    Hash = Hash * 33 + C;
  return Hash;
}

std::optional<SymbolName> SymbolName::parse(std::string_view Text) {
  // No dynamic symbol has a zero byte in its name, and a C string would end
  // there and name another.
  if (Text.empty() || Text.find('\0') != Text.npos)
    return std::nullopt;
  SymbolName Parsed;
  Parsed.Name = Text;
  if (size_t At = Text.find('@'); At != Text.npos && At != 0) {
    // Not by substr(), which can throw.
    Parsed.Version = Text;
    Parsed.Version.remove_prefix(At + 1);
    if (Parsed.Version.starts_with('@'))
      Parsed.Version.remove_prefix(1);
    if (Parsed.Version.empty())
      return std::nullopt;
    Parsed.Name.remove_suffix(Text.size() - At);
  }
  Parsed.GnuHash = gnuHash(Parsed.Name);
  return Parsed;
}

} // namespace remoterun::executor
