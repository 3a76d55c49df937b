//===- NativeFiles.h - The objects and archives of a program ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_NATIVEFILES_H
#define REMOTERUN_DRIVER_COMPILE_NATIVEFILES_H

#include "driver/compile/Compilation.h"

namespace remoterun::driver {

/// What is linked beside the IR: the main file, where that is an object or an
/// archive, and then those of the options, in their order.
std::vector<jit::LinkInput> linkInputs(const LinkSettings &Settings,
                                       const jit::InputFile &Main);

/// Reads them into \p Work, once: each may be a pipe, and what is hashed for
/// the cache shall be what is linked.
Expected<void> readNativeFiles(Compilation &Work);

/// What they are to the link. Reads them, if nobody has.
Expected<jit::NativeInputs> loadNativeInputs(Compilation &Work,
                                             const llvm::Triple &Target);

} // namespace remoterun::driver

#endif
