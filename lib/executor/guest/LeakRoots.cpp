//===- LeakRoots.cpp - The guest's variables, for LeakSanitizer -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/guest/LeakRoots.h"

extern "C" __attribute__((weak)) void
__lsan_register_root_region(const void *Start, size_t Size);

namespace remoterun::executor {

void registerLeakRoots(const Slab &Memory) {
  if (!__lsan_register_root_region)
    return;
  for (const wire::Reserve::Segment &Segment : Memory.segments())
    if (Segment.Final == wire::Protection::ReadWrite)
      __lsan_register_root_region(memoryAt(Segment.Range.Start),
                                  Segment.Range.Size);
}

} // namespace remoterun::executor
