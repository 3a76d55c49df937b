//===- NativeInputs.h - Objects and archives beside the IR ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_NATIVEINPUTS_H
#define REMOTERUN_JIT_OBJECT_NATIVEINPUTS_H

#include "jit/object/InputObjects.h"

#include <memory>
#include <vector>

namespace remoterun::jit {

/// Files beside the IR that the user wants linked in.
class NativeInputs {
public:
  std::vector<ProgramObject> Objects;
  ArchiveSet Archives;

  /// Whether an object, or a member of an archive, defines \p Name.
  Expected<bool> define(llvm::StringRef Name) const;
  /// Whether that is so, or an object needs \p Name.
  Expected<bool> mention(llvm::StringRef Name) const;
  /// Of the objects, which are read once: they must not change afterwards.
  Expected<const ProgramSymbols *> symbols() const;

private:
  mutable std::shared_ptr<const ProgramSymbols> OfObjects; ///< When asked for.
};

} // namespace remoterun::jit

#endif
