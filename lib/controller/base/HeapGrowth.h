//===- HeapGrowth.h - A heap that grows at once -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The IR of a large program is some twenty times its bitcode, in small pieces:
// a tenth of the time that it takes to read it is that of page faults, of which
// malloc causes one for each 4 KiB. Of a heap that has grown before, the system
// can give 2 MiB at a time.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_HEAPGROWTH_H
#define REMOTERUN_CONTROLLER_BASE_HEAPGROWTH_H

#include <cstddef>

namespace remoterun::controller {

/// While it is there, malloc has \p Bytes more at the end of the main heap, in
/// large pages where the system has them. What is not used of it takes no
/// memory, but room among addresses. It is how the process allocates, so that
/// there can be one at a time, in a process that is ours alone.
class HeapGrowth {
public:
  explicit HeapGrowth(size_t Bytes);
  HeapGrowth(const HeapGrowth &) = delete;
  HeapGrowth &operator=(const HeapGrowth &) = delete;
  ~HeapGrowth();
};

} // namespace remoterun::controller

#endif
