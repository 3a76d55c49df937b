//===- LateBranches.h - Calls of late code ----------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where branches reach less than a program may be large, RuntimeDyld has a stub
// for each function that is called, and every call takes that way. Late code
// lies near what it calls, as a rule: so these are linked here, and the way is
// longer for those alone that need it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_LATEBRANCHES_H
#define REMOTERUN_JIT_LINK_LATEBRANCHES_H

#include "jit/base/ObjectBytes.h"
#include "jit/link/LateLinker.h"

namespace remoterun::jit {

class LateBranches {
public:
  /// Where a section of the object is; its bytes in this process are null for
  /// one that was not loaded.
  struct Place {
    uint8_t *Memory = nullptr;
    ExecutorAddr Address;
  };

  /// Takes them out of \p Object; none, where RuntimeDyld links them without
  /// stubs.
  static Expected<LateBranches> take(ObjectBytes &Object, const Isa &Target,
                                     LateLinker::Resolve Find);

  /// Once the sections have their places, which \p Find tells by number: writes
  /// the instructions, and into \p Code jumps that lead farther.
  Expected<void> write(llvm::function_ref<Place(uint32_t Section)> Find,
                       LateWindow &Code) const;

private:
  struct Branch {
    uint32_t Section = 0; ///< In which it is.
    uint64_t Offset = 0;
    uint32_t To = 0;    ///< The target's section; 0 for none.
    uint64_t Value = 0; ///< The target's offset there, or its address.
    std::string Name;   ///< For diagnostics.
  };

  explicit LateBranches(const Isa &Target) : Target(&Target) {}
  template <typename ELFT>
  Expected<void> takeFrom(ObjectBytes &Object, LateLinker::Resolve Find);

  const Isa *Target;
  std::vector<Branch> Branches;
};

} // namespace remoterun::jit

#endif
