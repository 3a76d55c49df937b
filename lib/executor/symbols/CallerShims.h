//===- CallerShims.h - libc functions that look at their caller -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// dlsym(3) with RTLD_NEXT starts after the object that its caller is in, and
// dladdr(3) tells which object an address is in. The guest's code is in no
// object that the dynamic linker knows; a native program's is in the
// executable. So the guest gets these few functions from the executor.
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

} // namespace remoterun::executor

#endif
