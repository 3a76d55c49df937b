//===- Watchdog.h - Ends what takes too long --------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Until the guest runs, there is no place in which this process could look at
// the clock: it may wait for a file, for a child, or be deep in LLVM. So a
// second thread does.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_PROCESS_WATCHDOG_H
#define REMOTERUN_CONTROLLER_PROCESS_WATCHDOG_H

#include "controller/base/Deadline.h"
#include "remote-run/Failure.h"

#include <pthread.h>

namespace remoterun::controller {

class Watchdog {
public:
  /// From \p End on, calls \p OnExpiry on a thread of its own, which takes no
  /// signals; \p OnExpiry does not return.
  static Expected<void> start(Deadline End, void (*OnExpiry)());

  /// Where one was started, ends it. Does not return if it has bitten.
  static void stop();
};

} // namespace remoterun::controller

#endif
