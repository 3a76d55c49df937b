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

#ifndef REMOTERUN_EXECUTOR_SIGNALSHIMS_H
#define REMOTERUN_EXECUTOR_SIGNALSHIMS_H

#include "wire/ExecutorAddr.h"

#include <string_view>

namespace remoterun::executor {

/// The executor's version of a libc function, null for one that has none. It
/// goes before libc's own.
ExecutorAddr findSignalShim(std::string_view Name);

/// \p Found, or the shim for it if it is libc's: for dlsym(3).
void *signalShimFor(void *Found);

/// \p Address, or libc's function if it is the shim for one: for dladdr(3).
const void *behindSignalShim(const void *Address);

} // namespace remoterun::executor

#endif
