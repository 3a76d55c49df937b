//===- LateRequests.cpp - What a program asks for while it runs -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/LateRequests.h"
#include "controller/base/UnusedMemory.h"
#include "jit/codegen/LoopReplacement.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::driver {

using std::chrono::milliseconds;

namespace {

/// Not for ever: a filter of system calls (seccomp(2)) may keep the program
/// from waking us.
void waitWhile(uint32_t &Word, uint32_t Value, milliseconds Longest) {
  const timespec Patience = {0, Longest.count() * 1'000'000};
  ::syscall(SYS_futex, &Word, FUTEX_WAIT, Value, &Patience, nullptr, 0);
}

// Who has asked will ask again soon.
constexpr milliseconds Shortest(20), Longest(320);
/// A slice of time: whose functions are called in most of them are hot.
constexpr milliseconds Slice(5);

} // namespace

void LateRequests::serve() {
  std::unique_lock Busy(Link.Serving);
  std::atomic_ref Requests(Link.control().Requests);
  milliseconds Patience = Shortest;
  while (true) {
    if (Link.isComplete()) {
      complete();
      if (!Link.hasLoops())
        return;
    }
    Now = Clock::now();
    improve();
    const uint32_t Seen = Requests;
    Patience = std::min(2 * Patience, Longest);
    if (look())
      Patience = Shortest;
    Link.Workers->replaceStuck();
    if (!Called.empty()) {
      Link.Workers->noteCalls(Called, isRunning());
      Patience = Slice;
    }
    Busy.unlock();
    waitWhile(Link.control().Requests, Seen, Patience);
    Busy.lock();
  }
}

void LateRequests::complete() {
  if (std::exchange(HasCompleted, true))
    return;
  Link.OnComplete();
  Link.Memory->letGoPages();
  controller::returnUnusedMemory();
}

void LateRequests::improve() {
  // A program that ends soon does not need better code.
  constexpr milliseconds Soon(100);
  // And one that waits for nothing any more runs what it has.
  constexpr milliseconds Settled(250);
  if (Link.isAwaited())
    LastWait = Now;
  if (Now - Start >= Soon)
    Link.Workers->improve(/*AtOnce=*/Now - LastWait >= Settled);
}

/// The program writes bytes into memory that it shares with us: of what it may
/// write, none does more than have a function compiled. Whether it waits for
/// something new.
bool LateRequests::look() {
  bool HasWaits = false;
  Called.clear();
  for (uint32_t Number = 0; Number != IsKnown.size(); ++Number) {
    if (!Link.isWanted(Number))
      continue;
    if (IsKnown[Number]) {
      noteCall(Number);
      continue;
    }
    IsKnown[Number] = true;
    if (Link.noteWait(Number)) {
      LastWait = Now;
      HasWaits = true;
    }
    Link.failIfItDid(Number);
    if (!Link.Workers->request(Number))
      Link.fail(LateLink::changedInCache());
  }
  return HasWaits;
}

/// Fast code says so of each call. Until there is code, what is said counts as
/// the request.
void LateRequests::noteCall(uint32_t Number) {
  if (!Link.hasCode(Number))
    return;
  constexpr uint8_t FirstLoop = jit::ReplaceableLoops::FirstTold;
  const uint8_t Told =
      std::atomic_ref(Link.control().Wanted[Number]).exchange(0);
  LateWorkers::Seen Its = {.Function = Number, .Loop = std::nullopt};
  if (Told >= FirstLoop && Link.hasLoop(Number, Told - FirstLoop))
    Its.Loop = static_cast<uint8_t>(Told - FirstLoop);
  Called.push_back(Its);
}

/// Of the last times, or of the ones before while those are short.
bool LateRequests::isRunning() {
  constexpr milliseconds Enough(50);
  if (Clock::duration Passed = Now - Since; Passed >= Enough) {
    const std::chrono::microseconds Waited = Link.waited();
    IsRunning = 2 * (Waited - WaitedBefore) < Passed;
    WaitedBefore = Waited;
    Since = Now;
  }
  return IsRunning;
}

} // namespace remoterun::driver
