//===- LateObject.h - What late code refers to ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RuntimeDyld gives a symbol one value, and makes stubs and a GOT of its own
// for what may be far away. Late code has them in the program's image already:
// a call, an address and the word that holds it are three places. So each
// relocation is made to refer to the place that it is for, under a name that
// only this object has.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_LATEOBJECT_H
#define REMOTERUN_JIT_LINK_LATEOBJECT_H

#include "jit/base/ObjectBytes.h"
#include "jit/link/LateLinker.h"

namespace remoterun::jit {

/// An object for RuntimeDyld.
struct LateObject {
  ObjectBytes Bytes;
  /// Of all that it does not define: names are numbers here.
  std::vector<ExecutorAddr> Places;

  /// Null for a name that is none of ours.
  ExecutorAddr find(llvm::StringRef Name) const;
};

/// \p Object with other relocations. What is at places \p Near is near: within
/// 2 GiB of what is referred to by fewer bits than an address has.
Expected<LateObject> makeLateObject(llvm::ArrayRef<char> Object,
                                    const Isa &Target,
                                    llvm::ArrayRef<ExecutorRange> Near,
                                    LateLinker::Resolve Find);

} // namespace remoterun::jit

#endif
