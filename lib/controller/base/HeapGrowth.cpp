//===- HeapGrowth.cpp - A heap that grows at once -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/HeapGrowth.h"

#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// Of mallopt(3), which has no way to ask.
constexpr int UsualTopPad = 128 * 1024;

/// From \p Start to the end of the heap; without large pages it stays as it is.
void askForLargePages(void *Start) {
  const auto PageSize = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  auto First = reinterpret_cast<uintptr_t>(Start) & -PageSize;
  auto End = reinterpret_cast<uintptr_t>(::sbrk(0));
  if (First < End)
    ::madvise(reinterpret_cast<void *>(First), End - First, MADV_HUGEPAGE);
}

} // namespace

HeapGrowth::HeapGrowth(size_t Bytes) {
  // Nothing goes back before it is used, and what becomes large bit by bit, as
  // tables do, is not mapped apart each time.
  constexpr int LargestOfHeap = 4 * 1024 * 1024;
  ::mallopt(M_TRIM_THRESHOLD, INT_MAX);
  ::mallopt(M_MMAP_THRESHOLD, LargestOfHeap);
  // By the next allocation that finds no room, so there has to be little.
  constexpr size_t More = 64 * 1024;
  ::malloc_trim(0);
  ::mallopt(M_TOP_PAD, static_cast<int>(std::min<size_t>(Bytes, INT_MAX / 2)));
  void *volatile Made = std::malloc(More);
  ::mallopt(M_TOP_PAD, UsualTopPad);
  // There is less room where there is a limit: then all is as it was.
  if (Made)
    askForLargePages(Made);
  std::free(Made);
}

/// What was not used goes back with the next that is freed at the end. Little
/// of it may stay, for what comes.
HeapGrowth::~HeapGrowth() {
  constexpr int Kept = 8 * 1024 * 1024;
  ::mallopt(M_TRIM_THRESHOLD, Kept);
}

} // namespace remoterun::controller
