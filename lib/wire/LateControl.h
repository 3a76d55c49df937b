//===- LateControl.h - What program and compiler share ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions of a program may come while it runs (wire::Share). What the program
// asks for stands at the start of the shared file, which is the one part of it
// that the program may write. Who answers is the controller, or the supervisor
// that stands between.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_LATECONTROL_H
#define REMOTERUN_WIRE_LATECONTROL_H

#include <cstddef>
#include <cstdint>

namespace remoterun::wire {

struct LateControl {
  /// Futexes (futex(2)): the program has counted up how often it has asked, the
  /// other side how often it has answered.
  uint32_t Requests, Answers;
  /// Begins with a robust futex (set_robust_list(2)) of who answers, which the
  /// kernel marks when that is gone.
  alignas(8) uint8_t Owner[56];
  uint32_t HasForked; ///< Not 0 if the program has called fork(2).
  uint8_t Reserved[60];
  /// From here on, a byte for each late function: not 0 if it was called before
  /// it had its final code.
  uint8_t Wanted[1];
};

/// Of a late function, for the program to tell a debugger of it: where the
/// object is that describes it. Nothing, until the function is there, and where
/// there is no such object.
struct LateDebugObject {
  uint64_t Address, Size;
};

/// Bytes of it, for so many functions.
constexpr uint64_t lateControlSize(uint64_t Functions) {
  return offsetof(LateControl, Wanted) + Functions;
}

} // namespace remoterun::wire

#endif
