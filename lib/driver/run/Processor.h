//===- Processor.h - The processor of the executor --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_RUN_PROCESSOR_H
#define REMOTERUN_DRIVER_RUN_PROCESSOR_H

#include "controller/session/Session.h"
#include "driver/settings/RunSettings.h"

namespace remoterun::driver {

/// Of -mcpu=native: Hello, and the processor, which has to be known before
/// anything can be looked for in a cache.
Expected<void> askForProcessor(ProgramSettings &Settings,
                               controller::Session &Link);

} // namespace remoterun::driver

#endif
