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

constexpr Malformed NoOutput{"a stream that is no output of the guest"};
constexpr Malformed NoSignal{"a number that is no signal"};
constexpr uint32_t LastSignal = 64;

bool isOutput(uint8_t Which) { return Which == 1 || Which == 2; }

bool isSignal(uint32_t Number) { return Number >= 1 && Number <= LastSignal; }

} // namespace

//===----------------------------------------------------------------------===//
// Start
//===----------------------------------------------------------------------===//

void encode(const Start &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.u32(Message.Version);
  encodeStrings(Writer, Message.Arguments);
  encodeStrings(Writer, Message.Environment);
  Writer.string(Message.Directory);
  for (bool IsOpen : Message.HasStream)
    Writer.u8(IsOpen);
  Writer.u8(Message.ErrorIsOutput);
  Writer.u8(Message.Executes);
  Writer.u8(Message.WantsCrashReport);
  Writer.u64(Message.StackLimit);
}

Decoded<uint32_t> decodeStartVersion(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  uint32_t Version = Reader.u32();
  if (Reader.failed())
    return Truncated;
  return Version;
}

template <> Decoded<Start> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Start Message;
  Message.Version = Reader.u32();
  Message.Arguments = decodeStrings(Reader);
  Message.Environment = decodeStrings(Reader);
  Message.Directory = Reader.string();
  for (bool *Flag :
       {&Message.HasStream[0], &Message.HasStream[1], &Message.HasStream[2],
        &Message.ErrorIsOutput, &Message.Executes, &Message.WantsCrashReport}) {
    uint8_t Value = Reader.u8();
    if (Value > 1)
      return BadFlag;
    *Flag = Value != 0;
  }
  Message.StackLimit = Reader.u64();
  if (!Reader.finished())
    return Truncated;
  if (Message.Arguments.empty())
    return Malformed{"no arguments, not even argv[0]"};
  if (holdZeroByte(Message.Arguments) || holdZeroByte(Message.Environment) ||
      holdsZeroByte(Message.Directory))
    return ZeroByte;
  if (!areVariables(Message.Environment))
    return BadVariable;
  return checked(Reader, std::move(Message));
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

void encode(const Input &Message, ByteBuffer &Out) {
  Out.append(Message.Bytes.data(), Message.Bytes.size());
}

template <> Decoded<Input> decode(std::span<const uint8_t> Payload) {
  return Input{Payload};
}

void encode(const OutputCredit &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.u8(static_cast<uint8_t>(Message.Which));
  Writer.u64(Message.Bytes);
}

template <> Decoded<OutputCredit> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  uint8_t Which = Reader.u8();
  uint64_t Bytes = Reader.u64();
  if (!Reader.finished())
    return Truncated;
  if (!isOutput(Which))
    return NoOutput;
  return OutputCredit{static_cast<Stream>(Which), Bytes};
}

void encode(const CloseOutput &Message, ByteBuffer &Out) {
  ByteWriter(Out).u8(static_cast<uint8_t>(Message.Which));
}

template <> Decoded<CloseOutput> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  uint8_t Which = Reader.u8();
  if (!Reader.finished())
    return Truncated;
  if (!isOutput(Which))
    return NoOutput;
  return CloseOutput{static_cast<Stream>(Which)};
}

void encode(const Output &Message, ByteBuffer &Out) {
  ByteWriter(Out).u8(static_cast<uint8_t>(Message.Which));
  Out.append(Message.Bytes.data(), Message.Bytes.size());
}

template <> Decoded<Output> decode(std::span<const uint8_t> Payload) {
  if (Payload.empty())
    return Truncated;
  if (!isOutput(Payload[0]))
    return NoOutput;
  return Output{static_cast<Stream>(Payload[0]), Payload.subspan(1)};
}

void encode(const InputCredit &Message, ByteBuffer &Out) {
  ByteWriter(Out).u64(Message.Bytes);
}

template <> Decoded<InputCredit> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  InputCredit Message{Reader.u64()};
  return checked(Reader, std::move(Message));
}

void encode(const InputClosed &, ByteBuffer &) {}

template <> Decoded<InputClosed> decode(std::span<const uint8_t> Payload) {
  if (!Payload.empty())
    return Truncated;
  return InputClosed();
}

void encode(const EndGroup &, ByteBuffer &) {}

template <> Decoded<EndGroup> decode(std::span<const uint8_t> Payload) {
  if (!Payload.empty())
    return Truncated;
  return EndGroup();
}

void encode(const SignalSent &, ByteBuffer &) {}

template <> Decoded<SignalSent> decode(std::span<const uint8_t> Payload) {
  if (!Payload.empty())
    return Truncated;
  return SignalSent();
}

//===----------------------------------------------------------------------===//
// The guest's process
//===----------------------------------------------------------------------===//

void encode(const Signal &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.u32(Message.Number);
  Writer.u8(Message.ToGroup);
}

template <> Decoded<Signal> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  uint32_t Number = Reader.u32();
  uint8_t ToGroup = Reader.u8();
  if (!Reader.finished())
    return Truncated;
  if (ToGroup > 1)
    return BadFlag;
  if (!isSignal(Number))
    return NoSignal;
  return Signal{Number, ToGroup != 0};
}

void encode(const Stopped &Message, ByteBuffer &Out) {
  ByteWriter(Out).u32(Message.Signal);
}

template <> Decoded<Stopped> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Stopped Message{Reader.u32()};
  if (!Reader.finished())
    return Truncated;
  if (!isSignal(Message.Signal))
    return NoSignal;
  return Message;
}

void encode(const Ended &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.u8(Message.Signaled);
  Writer.u32(Message.Code);
  Writer.u8(Message.DumpedCore);
  Writer.u64(Message.UserUs);
  Writer.u64(Message.SystemUs);
  Writer.u64(Message.PeakKiB);
  Writer.string(Message.CrashMemory);
}

template <> Decoded<Ended> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Ended Message;
  uint8_t Signaled = Reader.u8();
  Message.Code = Reader.u32();
  uint8_t DumpedCore = Reader.u8();
  Message.UserUs = Reader.u64();
  Message.SystemUs = Reader.u64();
  Message.PeakKiB = Reader.u64();
  Message.CrashMemory = Reader.string();
  if (!Reader.finished())
    return Truncated;
  if (Signaled > 1 || DumpedCore > 1)
    return BadFlag;
  Message.Signaled = Signaled != 0;
  Message.DumpedCore = DumpedCore != 0;
  if (Message.Signaled ? !isSignal(Message.Code) : Message.Code > 255)
    return Malformed{"an end that is neither a status nor a signal"};
  if (Message.CrashMemory.size() > CrashMemorySize)
    return Malformed{"more crash memory than there is"};
  return Message;
}

} // namespace remoterun::wire
