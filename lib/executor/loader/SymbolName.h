//===- SymbolName.h - What is looked for in libraries -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_SYMBOLNAME_H
#define REMOTERUN_EXECUTOR_LOADER_SYMBOLNAME_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace remoterun::executor {

struct SymbolName {
  std::string_view Name;
  std::string_view Version; ///< Empty for the default one.
  uint32_t GnuHash = 0;     ///< Of the name.

  /// "f@V" asks for a version, and "f@@V" for the one that is the default.
  /// Empty for what can be no symbol's name.
  static std::optional<SymbolName> parse(std::string_view Text);
};

} // namespace remoterun::executor

#endif
