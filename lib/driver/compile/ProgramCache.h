//===- ProgramCache.h - Programs that were compiled before ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_PROGRAMCACHE_H
#define REMOTERUN_DRIVER_COMPILE_PROGRAMCACHE_H

#include "driver/compile/Compilation.h"

namespace remoterun::driver {

/// Does without the cache in \p Work where it cannot be trusted, or the program
/// depends on what has no hash. To be called before the rest of this.
void checkCache(Compilation &Work);

/// Everything that a compiled program depends on. What is not here: this
/// program and its LLVM, which are in every key; the environment, of which
/// LLVM's code generation and passes read nothing (nothing in their libraries
/// refers to getenv(3)); what the executor says, which is compared with what
/// was kept.
std::vector<std::string> keyParts(const Compilation &Work);

/// Has the program have from the start what earlier runs have compiled it again
/// for, because libraries refer to it. Once its inputs are there.
void recallWanted(Compilation &Work);
/// Has later runs do so.
void keepWanted(const Compilation &Work);

/// The key of the program, which is compiled while it runs or before.
jit::CacheKey keyOfProgram(const Compilation &Work, bool IsLate);

/// What the cache has of the program that the inputs in \p Work are, if there
/// is a cache and it has it.
std::optional<jit::CompiledProgram> findKept(Compilation &Work);

/// Keeps the program that was compiled, if there is a cache, and it would be
/// the same the next time; or notes in \p Work why it is not kept. One that is
/// compiled while it runs has to wait for keepLate().
void keep(Compilation &Work);

/// When the program has ended: keeps what was compiled while it ran, as \p Work
/// has it ForLate.
void keepLate(Compilation &Work);

} // namespace remoterun::driver

#endif
