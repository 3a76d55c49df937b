//===- ForwardedMessages.cpp - Messages of the forwarded manner -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/ForwardedMessages.h"
#include "wire/CrashReport.h"
#include "wire/MessageParts.h"

namespace remoterun::wire {

namespace {

bool isSignal(uint32_t Number) { return Number >= 1 && Number <= 64; }

Decoded<void> checkOutput(Stream Which) {
  if (Which != Stream::Output && Which != Stream::Error)
    return Malformed{"a stream that is no output of the guest"};
  return {};
}

Decoded<void> checkSignal(uint32_t Number) {
  if (!isSignal(Number))
    return Malformed{"a number that is no signal"};
  return {};
}

} // namespace

Decoded<void> Start::check() const {
  if (holdsZeroByte(BlockFolder))
    return ZeroByte;
  return checkProcess(Arguments, Environment, Directory);
}

Decoded<void> OutputCredit::check() const { return checkOutput(Which); }

Decoded<void> CloseOutput::check() const { return checkOutput(Which); }

Decoded<void> Signal::check() const { return checkSignal(Number); }

Decoded<void> Output::check() const { return checkOutput(Which); }

Decoded<void> Stopped::check() const { return checkSignal(Signal); }

Decoded<void> Publish::check() const {
  if (Words.empty())
    return Malformed{"nothing to be published"};
  for (const Word &Each : Words)
    if (Each.Offset % sizeof(uint64_t) != 0)
      return Malformed{"a word that is not aligned"};
  return {};
}

Decoded<void> Wanted::check() const {
  if (Functions.empty())
    return Malformed{"no function that the program wants"};
  return {};
}

Decoded<void> Ended::check() const {
  if (Signaled ? !isSignal(Code) : Code > 255)
    return Malformed{"an end that is neither a status nor a signal"};
  if (CrashMemory.size() > CrashMemorySize)
    return Malformed{"more crash memory than there is"};
  return {};
}

} // namespace remoterun::wire
