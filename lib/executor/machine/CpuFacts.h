//===- CpuFacts.h - Which processor this is ---------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MACHINE_CPUFACTS_H
#define REMOTERUN_EXECUTOR_MACHINE_CPUFACTS_H

#include "wire/Messages.h"

namespace remoterun::executor {

/// What the system knows of the processor. \p Text gets what the answer refers
/// to.
wire::Cpu describeCpu(ByteBuffer &Text);

} // namespace remoterun::executor

#endif
