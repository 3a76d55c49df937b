//===- CallerShims.h - libc functions that look at their caller -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// dlsym(3) with RTLD_NEXT starts after the object that its caller is in: the
// guest's image, which stands behind libc, where a native program stands before
// it. And dladdr(3) tells where an address is: in a shim of ours, natively in
// libc; in code of a function whose address is elsewhere
// (jit/link/BodySymbols.h); in a guest that cannot be an image, of which the
// dynamic linker knows nothing. So the guest gets these few functions from the
// executor.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_CALLERSHIMS_H
#define REMOTERUN_EXECUTOR_SYMBOLS_CALLERSHIMS_H

#include "remote-run/ExecutorAddr.h"

#include <string_view>

namespace remoterun::executor {

/// The executor's version of a libc function, null for one that has none. It
/// goes before libc's own.
ExecutorAddr findCallerShim(std::string_view Name);

/// Has libraries that are loaded from here on find the functions that tell
/// where an address is: those of the guest's functions may be elsewhere than
/// their code.
void giveAddressShimsToLibraries();

} // namespace remoterun::executor

#endif
