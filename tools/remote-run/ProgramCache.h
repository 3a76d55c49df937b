//===- ProgramCache.h - Programs that were compiled before ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_PROGRAMCACHE_H
#define REMOTERUN_TOOLS_PROGRAMCACHE_H

#include "Compile.h"

namespace remoterun {

/// Does without the cache in \p Shop where it cannot be trusted, or the program
/// depends on what has no hash. To be called before the rest of this.
void checkCache(const Options &Chosen, Workshop &Shop);

/// What the cache has of the program that the inputs in \p Shop are, if there
/// is a cache and it has it.
std::optional<jit::CompiledProgram> findKept(const Options &Chosen,
                                             Workshop &Shop);

/// Keeps the program that was compiled, if there is a cache, and it would be
/// the same the next time; or notes in \p Shop why it is not kept.
void keep(const Options &Chosen, Workshop &Shop);

} // namespace remoterun

#endif
