//===- Machine.cpp - What architectures have in common --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/machine/Machine.h"

#include <cstring>

namespace remoterun::executor {

bool hasThreadLocalBlock(size_t Module) {
  // glibc has the vector's size before it, and all ones for what is not there
  // yet (nptl_db reads the same).
  struct Entry {
    uintptr_t Value;
    void *ToFree;
  };
  const auto *Vector =
      *reinterpret_cast<const Entry *const *>(threadVectorSlot());
  if (Module == 0 || Module > Vector[-1].Value)
    return false;
  return Vector[Module].Value != 0 && Vector[Module].Value != UINTPTR_MAX;
}

bool isBehind(uint64_t Pc, const void *Instruction, size_t Length) {
  constexpr uint64_t PageSize = 4096;
  // What is on another page may be anything.
  if (Pc % PageSize < Length)
    return true;
  auto *Before = reinterpret_cast<const char *>(static_cast<uintptr_t>(Pc));
  return std::memcmp(Before - Length, Instruction, Length) == 0;
}

bool mayBeFaultAt(uint64_t Pc, const siginfo_t &Info, bool IsBehindSystemCall) {
  if (Info.si_code <= 0)
    return false;
  auto Address = reinterpret_cast<uintptr_t>(Info.si_addr);
  switch (Info.si_signo) {
  case SIGSEGV:
  case SIGBUS:
    return Address == Pc || !IsBehindSystemCall;
  case SIGILL:
  case SIGFPE:
    return Address == Pc && !IsBehindSystemCall;
  default:
    return false;
  }
}

} // namespace remoterun::executor
