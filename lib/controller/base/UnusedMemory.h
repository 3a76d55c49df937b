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

/// Gives back what has been freed, of all threads, whoever goes on working.
void returnFreedMemory();

/// Gives back all that this process can do without for a while: the end of this
/// thread's heap, what has been freed, from now on at once, and the pages of
/// the program's code and constants. Those that are needed again come from its
/// file. Of several threads that end, the last has to call it, so each does.
void returnUnusedMemory();

} // namespace remoterun::controller

#endif
