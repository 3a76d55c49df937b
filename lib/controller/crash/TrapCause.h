//===- TrapCause.h - Instructions that could not be executed ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For CrashCause.cpp only.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_CRASH_TRAPCAUSE_H
#define REMOTERUN_CONTROLLER_CRASH_TRAPCAUSE_H

#include "wire/CrashReport.h"

#include <cstdint>
#include <string>

namespace remoterun::controller {

/// Of a SIGFPE that the kernel raised.
std::string causeOfArithmetic(const wire::CrashReport &Report,
                              uint16_t Machine);

/// Of a SIGILL or SIGTRAP that the kernel raised.
std::string causeOfTrap(const wire::CrashReport &Report, uint16_t Machine);

} // namespace remoterun::controller

#endif
