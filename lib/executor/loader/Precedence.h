//===- Precedence.h - The program comes before libraries --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Natively the executable is searched first: a plug-in or an NSS module that is
// loaded while the program runs finds the program's malloc, not libc's. The
// image of the program is searched where it was loaded, after the libraries
// that were there before it. So what it defines as they do is put into the
// executable's own table, and where there is no image, everything is.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_PRECEDENCE_H
#define REMOTERUN_EXECUTOR_LOADER_PRECEDENCE_H

#include "executor/base/Failure.h"
#include "executor/memory/Slab.h"
#include "wire/Messages.h"

namespace remoterun::executor {

/// Has libraries that are loaded from here on bind to \p Definitions, which
/// are in \p Program, before those of libraries that are loaded already,
/// where the executable is linked for that.
Expected<void>
putBeforeLibraries(std::span<const wire::Interpose::Definition> Definitions,
                   const Slab &Program);

} // namespace remoterun::executor

#endif
