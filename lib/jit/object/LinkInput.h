//===- LinkInput.h - What a linker's command line names ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linker goes through its inputs in the order of its command line: of two
// libraries that define a symbol, the first that comes when it is wanted has
// it. So they are one list, whatever options they came by.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_LINKINPUT_H
#define REMOTERUN_JIT_OBJECT_LINKINPUT_H

#include <cstdint>
#include <string>

namespace remoterun::jit {

/// A file beside the IR.
struct LinkInput {
  enum class Kind : uint8_t {
    Object,
    Archive,      ///< Members of it that are needed (ar(1), "s").
    WholeArchive, ///< All of its members (ld, --whole-archive).
    /// A shared one. The executor loads it; here it only defines symbols, which
    /// archives behind it are not asked for.
    Library,
  };
  Kind What;
  std::string File;
  bool IfNeeded = false; ///< Of a library: --as-needed.
  bool IsMain = false;   ///< The program's file.

  /// Whether something of it is linked into the program.
  bool isLinkedIn() const { return What != Kind::Library; }
};

} // namespace remoterun::jit

#endif
