//===- OpenService.h - A process that is there for modules ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SESSION_OPENSERVICE_H
#define REMOTERUN_EXECUTOR_SESSION_OPENSERVICE_H

#include "executor/base/Failure.h"
#include "remote-run/ExecutorAddr.h"
#include "transport/FrameChannel.h"

namespace remoterun::executor {

/// Once Open has been received: this process is nobody's program, but there for
/// modules, as long as there is a controller. Returns why the session is over;
/// all modules have been removed then.
Failure serveOpen(transport::FrameChannel &Channel, ExecutorRange Slab);

} // namespace remoterun::executor

#endif
