//===- UnusedMemory.cpp - Memory that the system can have back ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/UnusedMemory.h"

#include <cstdlib>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// Or else malloc keeps up to 64 MiB at the end of each heap.
void keepNothing() { ::mallopt(M_TRIM_THRESHOLD, 0); }

int returnPages(dl_phdr_info *Info, size_t, void *) {
  auto PageSize = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (int I = 0; I != Info->dlpi_phnum; ++I) {
    const ElfW(Phdr) &Segment = Info->dlpi_phdr[I];
    if (Segment.p_type != PT_LOAD || (Segment.p_flags & PF_W))
      continue;
    uintptr_t Start = (Info->dlpi_addr + Segment.p_vaddr) & -PageSize;
    uintptr_t End = Info->dlpi_addr + Segment.p_vaddr + Segment.p_filesz;
    ::madvise(reinterpret_cast<void *>(Start), End - Start, MADV_DONTNEED);
  }
  return 1; // The first is the program itself.
}

} // namespace

void returnHeapOfThread() {
  keepNothing();
  // The end of a heap is looked at when something before it is freed that is
  // large, but not so large that it is no part of the heap.
  constexpr size_t Large = 100 * 1024;
  void *volatile Last = std::malloc(Large);
  std::free(Last);
}

void returnFreedMemory() { ::malloc_trim(0); }

void returnUnusedMemory() {
  returnHeapOfThread();
  returnFreedMemory();
  ::dl_iterate_phdr(returnPages, nullptr);
}

} // namespace remoterun::controller
