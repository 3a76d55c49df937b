//===- LastWords.cpp - Who is told how this process dies ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/open/LastWords.h"
#include "wire/OpenMessages.h"

#include <atomic>

namespace remoterun::executor {

namespace {

std::atomic<Replies *> Told[MostLastWords];

bool replace(Replies *Old, Replies *New) {
  for (std::atomic<Replies *> &Each : Told)
    if (Replies *Its = Old; Each.compare_exchange_strong(Its, New))
      return true;
  return false;
}

} // namespace

void addLastWords(Replies &Answers) { replace(nullptr, &Answers); }
void removeLastWords(Replies &Answers) { replace(&Answers, nullptr); }

void sendLastWords(std::span<const uint8_t> Report) {
  for (std::atomic<Replies *> &Each : Told)
    if (Replies *Its = Each)
      Its->sendLast(wire::MessageType::Dying, Report);
}

} // namespace remoterun::executor
