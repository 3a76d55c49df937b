//===- LinkerScript.h - Scripts in the place of libraries -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is called lib<name>.so may be a text that names the libraries that are
// meant: glibc's libc.so and libm.so, ncurses' libncurses.so, gcc's libgcc_s.so
// (GNU ld's manual, "Implicit Linker Scripts" and "Commands Dealing with
// Files").
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_LINKERSCRIPT_H
#define REMOTERUN_JIT_OBJECT_LINKERSCRIPT_H

#include "remote-run/Failure.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace remoterun::jit {

struct LinkerScript {
  struct Input {
    std::string Name; ///< "-lfoo", "libfoo.so.1" or a path; "=" is the sysroot.
    bool IfNeeded = false; ///< A shared library only if it defines something
                           ///< that is undefined (AS_NEEDED).
  };
  std::vector<Input> Inputs;            ///< Of INPUT and GROUP, in their order.
  std::vector<std::string> Directories; ///< Of SEARCH_DIR.
};

/// Reads \p Text, the contents of \p File. Commands that say how a library's
/// file is made (OUTPUT_FORMAT and the like) are read over; others that a
/// library has no use for, such as SECTIONS, are refused by name.
Expected<LinkerScript> parseLinkerScript(llvm::StringRef Text,
                                         const std::string &File);

} // namespace remoterun::jit

#endif
