//===- Interposition.h - Guest symbols in place of libraries' ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A native executable that defines operator new, malloc or getenv defines it
// for its libraries, too: the dynamic linker binds their references to it. The
// guest comes after the libraries were bound, so the references are bound anew.
// The same is done for variables like stdout, where the guest's code has them
// in its own memory.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_INTERPOSITION_H
#define REMOTERUN_EXECUTOR_LOADER_INTERPOSITION_H

#include "executor/memory/Slab.h"
#include "wire/Messages.h"

namespace remoterun::executor {

/// Where a library holds the address of something that the guest replaces.
struct BoundReference {
  uintptr_t *Slot;
  uintptr_t Replacement;
};

/// Replacements that are looked up but not yet made.
class Interposition {
public:
  /// Finds every reference in the libraries loaded so far, the executor's own
  /// excepted: it goes on with what it was linked to. Fails for a replacement
  /// that is not in the guest's segments.
  static Expected<Interposition> find(const wire::Interpose &Request,
                                      const Slab &Slab);

  /// Moves the variables and binds the references to the guest. From here on
  /// any call into a library may enter guest code.
  void apply();

private:
  List<BoundReference> References;
  List<wire::Interpose::Variable> Variables;
};

} // namespace remoterun::executor

#endif
