//===- ExhaustionNotice.cpp - Telling that there is no memory -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/ExhaustionNotice.h"
#include "executor/base/OwnMemory.h"
#include "executor/session/Executor.h"
#include "wire/Frame.h"

#include <algorithm>
#include <string_view>
#include <unistd.h>

namespace remoterun::executor {

namespace {

transport::FrameChannel *Told = nullptr;

/// Failed, whose payload is a string, put together without a list.
void tellAndExit() {
  constexpr std::string_view Reason =
      "there is not enough memory for what the controller asks for";
  constexpr uint32_t LengthSize = 4;
  auto Header = wire::encodeHeader(
      {wire::MessageType::Failed, LengthSize + Reason.size()});
  char Frame[wire::FrameHeader::Size + LengthSize + Reason.size()];
  char *End = std::copy(Header.begin(), Header.end(), Frame);
  for (uint32_t Byte = 0; Byte != LengthSize; ++Byte)
    *End++ = static_cast<char>(Reason.size() >> (8 * Byte));
  std::copy(Reason.begin(), Reason.end(), End);
  (void)!Told->sendText({Frame, sizeof(Frame)});
  ::_exit(SessionFailedStatus);
}

} // namespace

ExhaustionNotice::ExhaustionNotice(transport::FrameChannel &Channel) {
  Told = &Channel;
  onOwnMemoryExhausted = tellAndExit;
}

ExhaustionNotice::~ExhaustionNotice() {
  onOwnMemoryExhausted = nullptr;
  Told = nullptr;
}

} // namespace remoterun::executor
