//===- LliObjects.h - The objects of lli's cache ----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_LLIOBJECTS_H
#define REMOTERUN_DRIVER_COMPILE_LLIOBJECTS_H

#include "driver/compile/Compilation.h"

namespace remoterun::driver {

/// The objects of files, each beside its file or in a folder for all, as lli's
/// --enable-cache-manager has them.
class LliObjects {
public:
  explicit LliObjects(Compilation &Work) : Work(Work) {}

  /// Whether what is in the folder of the object \p Path is there by the user
  /// alone; warns once where it is not.
  bool mayKeep(const std::string &Path);
  /// What was kept under \p Key; warns where it cannot be trusted.
  std::optional<jit::CompiledPart> find(const std::string &Path,
                                        const jit::CacheKey &Key);
  /// Keeps \p Part under its key, or warns that it cannot.
  void keep(jit::CompiledPart &Part, const std::string &Path);

private:
  Compilation &Work;
  bool HasWarned = false;
};

} // namespace remoterun::driver

#endif
