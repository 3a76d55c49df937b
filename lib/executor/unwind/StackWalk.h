//===- StackWalk.h - From the crash outwards --------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_UNWIND_STACKWALK_H
#define REMOTERUN_EXECUTOR_UNWIND_STACKWALK_H

#include "executor/machine/Machine.h"

#include <cstdint>

namespace remoterun::executor {

/// Frames, from the one that was interrupted to the one that started the
/// thread. Async-signal-safe; faults where the stack is broken.
class StackWalk {
public:
  explicit StackWalk(const RegisterFile &Interrupted)
      : Registers(Interrupted) {}

  uint64_t pc() const { return Registers.pc(); }
  /// The instruction at pc() was interrupted; otherwise a call before it
  /// returns there.
  bool isExact() const { return IsExact; }
  /// False at the end of the stack, and where it cannot be followed further.
  bool goToCaller();

private:
  RegisterFile Registers;
  bool IsExact = true;
  bool IsFirst = true;
};

} // namespace remoterun::executor

#endif
