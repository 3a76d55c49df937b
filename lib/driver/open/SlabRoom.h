//===- SlabRoom.h - Which parts of a slab modules have ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_SLABROOM_H
#define REMOTERUN_DRIVER_OPEN_SLABROOM_H

#include "remote-run/ExecutorAddr.h"

#include <cstdint>
#include <map>

namespace remoterun::driver {

/// The free ranges of an executor's slab.
class SlabRoom {
public:
  SlabRoom() = default;
  explicit SlabRoom(ExecutorRange Slab);

  /// The first free range of at least \p Size bytes, all of it; an empty one
  /// where there is none.
  ExecutorRange find(uint64_t Size) const;
  /// Takes \p Range, which is free.
  void take(ExecutorRange Range);
  /// Gives it back.
  void free(ExecutorRange Range);

  /// Bytes that are free.
  uint64_t left() const;

private:
  std::map<uint64_t, uint64_t> Free; ///< From start to size, not adjacent.
};

} // namespace remoterun::driver

#endif
