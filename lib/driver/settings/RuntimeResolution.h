//===- RuntimeResolution.h - From --runtime to what is linked ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_RUNTIMERESOLUTION_H
#define REMOTERUN_DRIVER_SETTINGS_RUNTIMERESOLUTION_H

#include "driver/settings/LibraryResolution.h"
#include "jit/target/CompilerRuntime.h"

namespace remoterun::driver {

/// Adds to a line what each --runtime stands for.
class RuntimeResolution {
public:
  /// \p Names: all that were asked for.
  RuntimeResolution(const std::vector<std::string> &Names,
                    const LinkScope &Scope, LinkSettings &Line,
                    LibraryResolution &Libraries);

  Expected<void> add(const std::string &Name);

private:
  Expected<void> add(const jit::RuntimeLibrary &Library,
                     const std::string &Name);

  bool HasPreloaded; ///< One of them is a shared library.
  const LinkScope &Scope;
  LinkSettings &Line;
  LibraryResolution &Libraries;
};

/// Has the executor preload the libraries of \p Line that want it, before those
/// of \p Environment or of our own environment; the guest will not see it.
void preload(const LinkSettings &Line, std::vector<std::string> &Environment);

} // namespace remoterun::driver

#endif
