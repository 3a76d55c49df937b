//===- PublishedCode.h - Code written for other processes -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Processors of AArch64 fetch instructions through caches of their own, which
// do not see what is written to memory, in this process or another (Arm
// Architecture Reference Manual, "Concurrent modification and execution of
// instructions"). Those of x86-64 see it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TRANSPORT_PUBLISHEDCODE_H
#define REMOTERUN_TRANSPORT_PUBLISHEDCODE_H

#include <cstdint>
#include <span>

namespace remoterun::transport {

/// Whether publishCode() is enough. Code is written at one virtual address and
/// executed at another: where the processor looks into its instruction cache by
/// virtual addresses (CTR_EL0.L1Ip says VIPT), only an invalidation of all of
/// it is sure to reach both, and that is the kernel's to do.
inline bool canPublishCode() {
#ifdef __aarch64__
  uint64_t Caches;
  asm("mrs %0, ctr_el0" : "=r"(Caches));
  constexpr unsigned InstructionsNeedNothing = 29, KindOfIndex = 14;
  constexpr uint64_t Physical = 3;
  return (Caches >> InstructionsNeedNothing & 1) != 0 ||
         (Caches >> KindOfIndex & 3) == Physical;
#else
  return true;
#endif
}

/// Before who executes them is told of \p Bytes, of memory shared with it: has
/// all processors fetch what was written there. Data is cleaned to where
/// instructions are fetched from, and instructions are invalidated, by the
/// address here, which stands for the same physical memory (DC CVAU, DSB, IC
/// IVAU, DSB). Who has fetched what was there before, executes an ISB.
inline void publishCode(std::span<uint8_t> Bytes) {
#ifdef __aarch64__
  auto *Start = reinterpret_cast<char *>(Bytes.data());
  __builtin___clear_cache(Start, Start + Bytes.size());
#else
  static_cast<void>(Bytes);
#endif
}

} // namespace remoterun::transport

#endif
