//===- PerfMapping.h - How perf learns of its file --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_GUEST_PERFMAPPING_H
#define REMOTERUN_EXECUTOR_GUEST_PERFMAPPING_H

#include "executor/base/Failure.h"

#include <string_view>

namespace remoterun::executor {

/// Maps the jitdump file at \p Path executable, and takes it away again: a
/// recording perf(1) has noted it by then (tools/perf/Documentation/
/// jitdump-specification.txt of Linux).
Expected<void> showToPerf(std::string_view Path);

} // namespace remoterun::executor

#endif
