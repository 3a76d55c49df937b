//===- GuestRange.cpp - Where the guest's code and data are ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/memory/GuestRange.h"

namespace remoterun::executor {

static ExecutorRange Range, LateCode;

void setGuestRange(ExecutorRange NewRange) { Range = NewRange; }

ExecutorRange guestRange() { return Range; }

bool isGuestAddress(uint64_t Address) {
  return Range.contains({ExecutorAddr(Address), 1});
}

void setLateCode(ExecutorRange NewRange) { LateCode = NewRange; }

bool isLateCode(uint64_t Address) {
  return LateCode.contains({ExecutorAddr(Address), 1});
}

} // namespace remoterun::executor
