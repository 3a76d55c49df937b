//===- LateObjects.h - What late functions have become ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_LATEOBJECTS_H
#define REMOTERUN_DRIVER_COMPILE_LATEOBJECTS_H

#include "driver/compile/LateQueue.h"
#include "jit/base/ObjectBytes.h"
#include "jit/base/ScratchFile.h"
#include "remote-run/Failure.h"

#include <map>
#include <memory>
#include <vector>

namespace remoterun::driver {

/// A late function that has become an object.
struct LateObject {
  LateQueue::Task Of;
  Expected<jit::ObjectBytes> Object;
  bool IsKept = false; ///< By an earlier run, in the cache.
};

/// Of each function the best that there was, until it is wanted: all that a run
/// has compiled may be held for as long as the program runs.
class LateObjects {
public:
  void add(LateObject Done);
  /// Has what is in memory on disk, as far as there is room.
  void moveToDisk();
  /// Without what the disk has lost.
  std::vector<LateObject> takeAll();
  /// Has all in memory, for good: no descriptor is needed any more.
  void stayInMemory();
  void clear() { Objects.clear(); }

private:
  struct Held {
    LateQueue::Task Of;
    jit::HeldBytes Bytes;
  };

  std::map<uint32_t, Held> Objects; ///< By function.
  std::shared_ptr<jit::ScratchFile> Disk;
  bool MayUseDisk = true;
};

} // namespace remoterun::driver

#endif
