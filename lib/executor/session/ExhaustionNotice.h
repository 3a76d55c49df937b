//===- ExhaustionNotice.h - Telling that there is no memory -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SESSION_EXHAUSTIONNOTICE_H
#define REMOTERUN_EXECUTOR_SESSION_EXHAUSTIONNOTICE_H

#include "transport/FrameChannel.h"

namespace remoterun::executor {

/// While it lives, own memory that cannot be had (OwnMemory.h) ends the session
/// and not in abort(3): the controller gets a Failed, and the process exits as
/// after any other. One at a time.
class ExhaustionNotice {
public:
  /// \p Channel must be there for as long, and no frame be half sent when
  /// memory is asked for.
  explicit ExhaustionNotice(transport::FrameChannel &Channel);
  ~ExhaustionNotice();
  ExhaustionNotice(const ExhaustionNotice &) = delete;
  ExhaustionNotice &operator=(const ExhaustionNotice &) = delete;
};

} // namespace remoterun::executor

#endif
