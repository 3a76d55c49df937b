//===- ModuleDebugFile.h - A module for debuggers ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_MODULEDEBUGFILE_H
#define REMOTERUN_DRIVER_OPEN_MODULEDEBUGFILE_H

#include "controller/base/LeasedFile.h"
#include "jit/link/ProgramRecord.h"
#include "remote-run/Failure.h"

#include <optional>
#include <string>

namespace remoterun::driver {

/// The ELF file of what \p Module describes, which lies in \p Place. Another
/// process makes it: that takes much memory, and what is read may be bad.
Expected<std::string> makeModuleDebugFile(const jit::ProgramRecord &Module,
                                          ExecutorRange Place);

/// The same as a file that debuggers of this machine can open, as long as it is
/// here. Nothing where there can be none.
std::optional<controller::LeasedFile>
openModuleDebugFile(const jit::ProgramRecord &Module, ExecutorRange Place);

} // namespace remoterun::driver

#endif
