//===- LinkerHeap.h - The dynamic linker's memory ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A native program finds its heap empty: what the dynamic linker needed to map
// it and its libraries was not taken from there. dlopen(3) takes it from libc's
// heap, though, or from that of a library that has malloc. So what it allocates
// before the program starts comes from elsewhere.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LINKERHEAP_H
#define REMOTERUN_EXECUTOR_LOADER_LINKERHEAP_H

namespace remoterun::executor {

/// While it lives, the dynamic linker allocates memory of ours; what it frees
/// or resizes later may be that, too. Where its allocator cannot be told (glibc
/// from 2.31 on keeps it in four pointers), everything is as it was. One at a
/// time, and before the guest starts.
class LinkerHeapAside {
public:
  LinkerHeapAside();
  ~LinkerHeapAside();
  LinkerHeapAside(const LinkerHeapAside &) = delete;
  LinkerHeapAside &operator=(const LinkerHeapAside &) = delete;
};

} // namespace remoterun::executor

#endif
