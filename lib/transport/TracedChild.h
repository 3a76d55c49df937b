//===- TracedChild.h - A guest that asks to be traced -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TRANSPORT_TRACEDCHILD_H
#define REMOTERUN_TRANSPORT_TRACEDCHILD_H

#include <sys/types.h>

namespace remoterun::transport {

/// A child that asks to be traced (ptrace(2), PTRACE_TRACEME) has us for its
/// tracer, and waits for us at each signal: with the next, \p Signal, it goes
/// on as if it had not asked.
void letGo(pid_t Child, int Signal);

} // namespace remoterun::transport

#endif
