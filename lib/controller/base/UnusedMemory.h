//===- UnusedMemory.h - Memory that the system can have back ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What has been freed is still ours: malloc keeps it for the next one who asks,
// and nobody may ask for days.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_UNUSEDMEMORY_H
#define REMOTERUN_CONTROLLER_BASE_UNUSEDMEMORY_H

namespace remoterun::controller {

/// For a thread that is about to end, and has freed what was its own: gives
/// back the end of its heap. malloc_trim(3) does that for the main heap alone.
void returnHeapOfThread();

/// From here on, and of what was freed before, nothing is kept for later.
void returnFreedMemory();

/// Gives back the pages of this program's code and constants. Those that are
/// needed again come from its file.
void returnProgramPages();

} // namespace remoterun::controller

#endif
