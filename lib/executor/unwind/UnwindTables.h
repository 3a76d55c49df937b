//===- UnwindTables.h - Exceptions through guest code -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_UNWIND_UNWINDTABLES_H
#define REMOTERUN_EXECUTOR_UNWIND_UNWINDTABLES_H

#include "remote-run/ExecutorAddr.h"

#include <span>

namespace remoterun::executor {

/// Makes .eh_frame sections known to every unwinder in the process. Each must
/// be in place and end in a zero terminator (LSB Core, "The .eh_frame
/// section"). Does nothing where no unwinder is loaded: then nothing can throw.
/// On 32-bit Arm they are .ARM.exidx sections, for libgcc's unwinder.
void registerUnwindTables(std::span<const ExecutorRange> Tables);

/// Before registered tables are unmapped.
void forgetUnwindTables(std::span<const ExecutorRange> Tables);

} // namespace remoterun::executor

#endif
