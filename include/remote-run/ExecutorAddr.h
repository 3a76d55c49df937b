//===- ExecutorAddr.h - An address in the executor --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An address that means something in the executor only. A type of its own, so
// that nobody dereferences one in the controller, where pointers mean working
// memory.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTE_RUN_EXECUTORADDR_H
#define REMOTE_RUN_EXECUTORADDR_H

#include <compare>
#include <cstdint>

namespace remoterun {

class ExecutorAddr {
public:
  constexpr ExecutorAddr() = default;
  constexpr explicit ExecutorAddr(uint64_t Value) : Value(Value) {}

  constexpr uint64_t value() const { return Value; }
  constexpr bool isNull() const { return Value == 0; }

  friend constexpr auto operator<=>(ExecutorAddr, ExecutorAddr) = default;
  friend constexpr ExecutorAddr operator+(ExecutorAddr A, uint64_t Offset) {
    return ExecutorAddr(A.Value + Offset);
  }
  /// The distance in bytes from \p B up to \p A.
  friend constexpr uint64_t operator-(ExecutorAddr A, ExecutorAddr B) {
    return A.Value - B.Value;
  }

private:
  uint64_t Value = 0;
};

/// A half-open range of executor memory, in bytes.
struct ExecutorRange {
  ExecutorAddr Start;
  uint64_t Size = 0;

  /// Whether all of \p Other lies inside; exact for every 64-bit value, since
  /// no sum is formed that could wrap.
  constexpr bool contains(ExecutorRange Other) const {
    return Other.Start >= Start && Other.Size <= Size &&
           Other.Start - Start <= Size - Other.Size;
  }
  constexpr bool overlaps(ExecutorRange Other) const {
    return Size != 0 && Other.Size != 0 &&
           (Start <= Other.Start ? Other.Start - Start < Size
                                 : Start - Other.Start < Other.Size);
  }
};

} // namespace remoterun

#endif
