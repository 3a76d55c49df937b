//===- NativeCpu.h - The processor that the executor has --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_NATIVECPU_H
#define REMOTERUN_TOOLS_NATIVECPU_H

#include "Options.h"
#include "controller/Session.h"

namespace remoterun {

/// \p Given, or where it asks for that, a copy with the executor's processor in
/// the place of "native": it greets the executor, and asks. A copy is never
/// freed.
Expected<const Options *> withCpuOfExecutor(const Options &Given,
                                            controller::Session &Link);

} // namespace remoterun

#endif
