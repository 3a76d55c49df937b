//===- Replies.cpp - Answers, from several threads ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/open/Replies.h"

#include <ctime>

namespace remoterun::executor {

void Replies::sendLast(wire::MessageType Type,
                       std::span<const uint8_t> Payload) {
  constexpr int PatienceMs = 1000;
  // Other threads go on until the process has died. This one may hold it
  // itself.
  int Waited = 0;
  for (; !Sending.tryToLock(); ++Waited) {
    if (Waited == PatienceMs)
      return;
    const timespec Moment = {0, 1'000'000};
    ::nanosleep(&Moment, nullptr);
  }
  (void)!Channel.sendLast(Type, Payload, PatienceMs - Waited);
}

} // namespace remoterun::executor
