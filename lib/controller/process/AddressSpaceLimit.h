//===- AddressSpaceLimit.h - A limit from the outside -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_PROCESS_ADDRESSSPACELIMIT_H
#define REMOTERUN_CONTROLLER_PROCESS_ADDRESSSPACELIMIT_H

#include <cstdint>
#include <sys/types.h>

namespace remoterun::controller {

/// Gives \p Process \p More bytes of address space beyond what it has now, and
/// not more (RLIMIT_AS). For an emulator: what the emulated program asks of
/// setrlimit(2), it does not pass on. 0 or errno.
int limitAddressSpace(pid_t Process, uint64_t More);

} // namespace remoterun::controller

#endif
