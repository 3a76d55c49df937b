//===- MessageChecks.h - What tests of messages have in common --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TEST_UNIT_MESSAGECHECKS_H
#define REMOTERUN_TEST_UNIT_MESSAGECHECKS_H

#include "wire/Codec.h"
#include "wire/Messages.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace remoterun::wire {

inline constexpr char NoMatch[] = "a payload that does not match its message";
inline constexpr char NoFlag[] = "a flag that is neither 0 nor 1";

template <typename MessageT> std::vector<uint8_t> encoded(const MessageT &M) {
  ByteBuffer Out;
  encode(M, Out);
  return {Out.begin(), Out.end()};
}

template <typename MessageT>
std::string whyNot(const std::vector<uint8_t> &Payload) {
  auto Message = decode<MessageT>(Payload);
  return Message ? "" : Message.error().Why;
}

/// A payload of \p Fill's making.
inline std::vector<uint8_t>
written(const std::function<void(ByteWriter &)> &Fill) {
  ByteBuffer Out;
  ByteWriter Writer(Out);
  Fill(Writer);
  return {Out.begin(), Out.end()};
}

inline ExecutorRange range(uint64_t Start, uint64_t Size) {
  return {ExecutorAddr(Start), Size};
}

/// Every proper prefix and every extension of a valid payload is refused, and
/// for that reason.
template <typename MessageT>
void expectExactLength(const std::vector<uint8_t> &Valid) {
  ASSERT_EQ(whyNot<MessageT>(Valid), "");
  for (size_t Size = 0; Size != Valid.size(); ++Size) {
    std::vector<uint8_t> Prefix(Valid.begin(), Valid.begin() + Size);
    EXPECT_EQ(whyNot<MessageT>(Prefix), NoMatch) << Size << " bytes";
  }
  std::vector<uint8_t> Extended = Valid;
  Extended.push_back(0);
  EXPECT_EQ(whyNot<MessageT>(Extended), NoMatch);
}

/// A list whose count, at \p Offset, promises more than there is.
template <typename MessageT>
void expectCountIsChecked(std::vector<uint8_t> Payload, size_t Offset) {
  ASSERT_EQ(whyNot<MessageT>(Payload), "");
  for (uint8_t Byte : {0x7f, 0xff}) {
    for (size_t I = 0; I != 4; ++I)
      Payload[Offset + I] = Byte;
    EXPECT_EQ(whyNot<MessageT>(Payload), NoMatch);
  }
}

} // namespace remoterun::wire

#endif
