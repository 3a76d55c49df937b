//===- ArmUnwindTables.h - The tables .ARM.exidx ----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// 32-bit Arm has no .eh_frame, but an index of functions (Exception Handling
// ABI for the Arm Architecture, section 6).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_UNWIND_ARMUNWINDTABLES_H
#define REMOTERUN_EXECUTOR_UNWIND_ARMUNWINDTABLES_H

#include <cstdint>
#include <span>

namespace remoterun::executor {

/// One function, which reaches up to the next entry's.
struct ExidxEntry {
  uint32_t Function; ///< As far away from here as prel31 says.
  uint32_t Content;

  /// Of a function that nothing unwinds.
  static constexpr uint32_t CannotUnwind = 1;
};

/// What a place-relative offset of 31 bits leads to.
inline const uint32_t *prel31(const uint32_t *Place) {
  auto Offset = static_cast<int32_t>(*Place << 1) >> 1;
  return reinterpret_cast<const uint32_t *>(reinterpret_cast<uintptr_t>(Place) +
                                            static_cast<uintptr_t>(Offset));
}

/// The guest's table in which \p Pc is, or none.
std::span<const ExidxEntry> guestTableAt(uintptr_t Pc);

/// The entry of the function with \p Pc, which is ascending. Null if all start
/// behind it.
const ExidxEntry *findEntry(std::span<const ExidxEntry> Table, uintptr_t Pc);

} // namespace remoterun::executor

#endif
