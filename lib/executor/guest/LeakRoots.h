//===- LeakRoots.h - The guest's variables, for LeakSanitizer ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_GUEST_LEAKROOTS_H
#define REMOTERUN_EXECUTOR_GUEST_LEAKROOTS_H

#include "executor/memory/Slab.h"

namespace remoterun::executor {

/// LeakSanitizer looks for pointers in the data of loaded files. Where it was
/// loaded with the executor (LD_PRELOAD), tells it of the writable segments of
/// \p Memory as well (sanitizer/lsan_interface.h).
void registerLeakRoots(const Slab &Memory);

} // namespace remoterun::executor

#endif
