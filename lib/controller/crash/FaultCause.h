//===- FaultCause.h - Memory that could not be accessed ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For CrashCause.cpp only.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_CRASH_FAULTCAUSE_H
#define REMOTERUN_CONTROLLER_CRASH_FAULTCAUSE_H

#include "controller/crash/CrashDescription.h"
#include "wire/CrashReport.h"
#include "wire/Messages.h"

#include <cstdint>
#include <span>
#include <string>

namespace remoterun::controller {

/// Of a SIGSEGV or SIGBUS that the kernel raised.
std::string causeOfFault(const wire::CrashReport &Report,
                         const CrashSymbols &Symbols,
                         std::span<const wire::Reserve::Segment> Program,
                         uint16_t Machine);

} // namespace remoterun::controller

#endif
