//===- SignalShims.h - libc functions that tell of signals ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While a crash signal has its default action for the guest, the kernel has our
// handler (CrashHandler.h). The guest gets these functions from the executor,
// so that it sees and changes what it would natively. Where it installs a
// handler of its own, ours is gone.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_SIGNALSHIMS_H
#define REMOTERUN_EXECUTOR_SYMBOLS_SIGNALSHIMS_H

#include "executor/symbols/ShimTable.h"

#include <span>

namespace remoterun::executor {

std::span<const Shim> signalShims();

} // namespace remoterun::executor

#endif
