//===- CrashCause.h - Why the guest crashed, in words -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_CRASH_CRASHCAUSE_H
#define REMOTERUN_CONTROLLER_CRASH_CRASHCAUSE_H

#include "controller/crash/CrashDescription.h"
#include "wire/CrashReport.h"
#include "wire/Messages.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace remoterun::controller {

/// Why the guest crashed: "null pointer read at 0x8". Empty if nothing is known
/// that the signal does not say. Text of the other side is in it as it came.
std::string findCause(const wire::CrashReport &Report,
                      const CrashSymbols &Symbols,
                      std::span<const wire::Reserve::Segment> Program,
                      uint16_t Machine);

/// What clang has named an inlined function after, only to tell a debugger why
/// a trap is there; empty for any other \p Function.
std::optional<std::string> trapMessage(std::string_view Function);

} // namespace remoterun::controller

#endif
