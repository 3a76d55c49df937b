//===- ModuleCrash.h - A crash among modules, in words ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_MODULECRASH_H
#define REMOTERUN_DRIVER_OPEN_MODULECRASH_H

#include "jit/link/ProgramRecord.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace remoterun::driver {

struct ModuleCrash {
  int Signal = 0;
  /// "signal 11 (...)", the cause, and a line for each frame.
  std::string Text;
};

/// What the report of a crash (PROTOCOL.md, section 9) says, with the functions
/// and lines of the modules that \p Records describe. Nothing for what is no
/// report. Another process reads symbols, whose files the report names.
std::optional<ModuleCrash>
describeModuleCrash(std::span<const uint8_t> Report,
                    llvm::ArrayRef<jit::ProgramRecord *> Records);

} // namespace remoterun::driver

#endif
