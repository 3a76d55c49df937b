//===- RunMessage.cpp - Everything that the guest starts with -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/MessageParts.h"

namespace remoterun::wire {

void encode(const Run &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.address(Message.Entry);
  Writer.u8(Message.EntryReturnsVoid);
  Writer.u8(Message.IgnoreSigchld);
  Writer.u64(Message.Alarm.RemainingUs);
  Writer.u64(Message.Alarm.IntervalUs);
  Writer.u32(static_cast<uint32_t>(Message.Ifuncs.size()));
  for (const Run::Ifunc &Ifunc : Message.Ifuncs) {
    Writer.address(Ifunc.Slot);
    Writer.address(Ifunc.Resolver);
  }
  Writer.u32(static_cast<uint32_t>(Message.ThreadLocals.size()));
  for (const Run::ThreadLocalImage &Part : Message.ThreadLocals) {
    Writer.range(Part.Image);
    Writer.u64(Part.Offset);
  }
  Writer.u32(static_cast<uint32_t>(Message.LibraryThreadLocals.size()));
  for (const Run::LibraryThreadLocal &Variable : Message.LibraryThreadLocals) {
    Writer.address(Variable.Slot);
    Writer.address(Variable.Instance);
  }
  encodeRanges(Writer, Message.Initializers);
  encodeRanges(Writer, Message.Finalizers);
  encodeStrings(Writer, Message.Arguments);
  Writer.u32(static_cast<uint32_t>(Message.Limits.size()));
  for (const Run::Limit &Limit : Message.Limits) {
    Writer.u8(static_cast<uint8_t>(Limit.What));
    Writer.u64(Limit.Soft);
    Writer.u64(Limit.Hard);
  }
  encodeRanges(Writer, Message.DebugObjects);
  Writer.u8(Message.WaitForDebugger);
  Writer.string(Message.PerfDump);
  encodeStrings(Writer, Message.Environment);
  Writer.string(Message.Directory);
}

template <> Decoded<Run> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Run Message;
  Message.Entry = Reader.address();
  uint8_t ReturnsVoid = Reader.u8(), IgnoreSigchld = Reader.u8();
  if (ReturnsVoid > 1 || IgnoreSigchld > 1)
    return BadFlag;
  Message.EntryReturnsVoid = ReturnsVoid != 0;
  Message.IgnoreSigchld = IgnoreSigchld != 0;
  Message.Alarm.RemainingUs = Reader.u64();
  Message.Alarm.IntervalUs = Reader.u64();
  for (uint32_t Left = Reader.count(16); Left != 0; --Left) {
    ExecutorAddr Slot = Reader.address();
    Message.Ifuncs.push({Slot, Reader.address()});
  }
  for (uint32_t Left = Reader.count(24); Left != 0; --Left) {
    ExecutorRange Image = Reader.range();
    Message.ThreadLocals.push({Image, Reader.u64()});
  }
  for (uint32_t Left = Reader.count(16); Left != 0; --Left) {
    ExecutorAddr Slot = Reader.address();
    Message.LibraryThreadLocals.push({Slot, Reader.address()});
  }
  Message.Initializers = decodeRanges(Reader);
  Message.Finalizers = decodeRanges(Reader);
  Message.Arguments = decodeStrings(Reader);
  for (uint32_t Left = Reader.count(17); Left != 0; --Left) {
    uint8_t What = Reader.u8();
    if (What >= Run::ResourceCount)
      return Malformed{"a limit on an unknown resource"};
    uint64_t Soft = Reader.u64();
    Message.Limits.push({static_cast<Run::Resource>(What), Soft, Reader.u64()});
  }
  Message.DebugObjects = decodeRanges(Reader);
  uint8_t WaitForDebugger = Reader.u8();
  if (WaitForDebugger > 1)
    return BadFlag;
  Message.WaitForDebugger = WaitForDebugger != 0;
  Message.PerfDump = Reader.string();
  Message.Environment = decodeStrings(Reader);
  Message.Directory = Reader.string();
  if (!Reader.finished())
    return Truncated;
  if (Message.Arguments.empty())
    return Malformed{"no arguments, not even argv[0]"};
  if (holdZeroByte(Message.Arguments) || holdsZeroByte(Message.PerfDump) ||
      holdZeroByte(Message.Environment) || holdsZeroByte(Message.Directory))
    return ZeroByte;
  if (!areVariables(Message.Environment))
    return BadVariable;
  return Message;
}

} // namespace remoterun::wire
