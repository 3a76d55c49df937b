//===- GotOffsets.h - Distances from an object's own GOT --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Position-independent code of the large code model reaches everything from the
// address of the GOT (x86-64 psABI, "Large position independent code model").
// RuntimeDyld gives each object a GOT, and tells each object where that is, but
// takes all distances from the first one.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_GOTOFFSETS_H
#define REMOTERUN_JIT_LINK_GOTOFFSETS_H

#include "jit/link/SectionMemory.h"
#include "jit/object/ProgramObject.h"

#include <vector>

namespace remoterun::jit {

class GotOffsets {
public:
  /// Notes the distances in \p Objects. Those to a function, of which
  /// RuntimeDyld does not know that a PLT entry is no must, become the common
  /// ones.
  static Expected<GotOffsets> find(std::vector<ProgramObject> &Objects);

  /// After RuntimeDyld has relocated: sets them right.
  void correct(SectionMemory &Memory) const;

private:
  struct Distance {
    SectionKey Section;
    uint64_t Offset = 0;
  };

  std::vector<Distance> Distances;
};

} // namespace remoterun::jit

#endif
