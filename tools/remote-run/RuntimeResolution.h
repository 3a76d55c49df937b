//===- RuntimeResolution.h - From --runtime to what is linked ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_RUNTIMERESOLUTION_H
#define REMOTERUN_TOOLS_RUNTIMERESOLUTION_H

#include "LibraryResolution.h"

namespace remoterun {

/// Adds the runtime \p Name, one of \p All that were asked for, to \p Line.
Expected<void> addRuntime(const std::string &Name,
                          const std::vector<std::string> &All,
                          const LinkScope &Scope, LinkLine &Line,
                          LibraryResolution &Libraries);

/// Has the executor preload the libraries of \p Line that want it, before those
/// of \p Environment or of our own environment; the guest will not see it.
void preload(const LinkLine &Line, std::vector<std::string> &Environment);

} // namespace remoterun

#endif
