//===- Messages.cpp - The typed meaning of frames -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/Messages.h"
#include "wire/MessageParts.h"

#include <bit>

namespace remoterun::wire {

namespace {

/// Code reaches thread-local variables by a signed 32-bit offset.
bool isReachable(const ThreadLocalBlock &Block) {
  constexpr int64_t Furthest = 1 << 30;
  return Block.Size <= Furthest && Block.Offset >= -Furthest &&
         Block.Offset <= Furthest && std::has_single_bit(Block.Alignment) &&
         Block.Alignment <= 4096 && Block.Offset % Block.Alignment == 0;
}

bool isPageAligned(ExecutorRange Range, uint64_t PageSize) {
  return Range.Start.value() % PageSize == 0 && Range.Size % PageSize == 0;
}

} // namespace

//===----------------------------------------------------------------------===//
// Hello
//===----------------------------------------------------------------------===//

void encode(const Hello &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.u32(Message.Version);
  Writer.u8(Message.PointerSize);
  Writer.u32(Message.PageSize);
  Writer.u64(Message.ProcessId);
  Writer.range(Message.Slab);
  Writer.u64(static_cast<uint64_t>(Message.ThreadLocals.Offset));
  Writer.u32(Message.ThreadLocals.Size);
  Writer.u32(Message.ThreadLocals.Alignment);
  Writer.string(Message.Triple);
}

Decoded<uint32_t> decodeHelloVersion(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  uint32_t Version = Reader.u32();
  if (Reader.failed())
    return Truncated;
  return Version;
}

template <> Decoded<Hello> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Hello Message;
  Message.Version = Reader.u32();
  Message.PointerSize = Reader.u8();
  Message.PageSize = Reader.u32();
  Message.ProcessId = Reader.u64();
  Message.Slab = Reader.range();
  Message.ThreadLocals.Offset = static_cast<int64_t>(Reader.u64());
  Message.ThreadLocals.Size = Reader.u32();
  Message.ThreadLocals.Alignment = Reader.u32();
  Message.Triple = Reader.string();
  if (!Reader.finished())
    return Truncated;
  if (Message.PointerSize != 4 && Message.PointerSize != 8)
    return Malformed{"a pointer size that is neither 4 nor 8"};
  if (!std::has_single_bit(Message.PageSize) || Message.PageSize < 512 ||
      Message.PageSize > (1u << 24))
    return Malformed{"a page size that is no page size"};
  if (!isPageAligned(Message.Slab, Message.PageSize) ||
      Message.Slab.Start.isNull() || Message.Slab.Size == 0 ||
      Message.Slab.Start.value() > UINT64_MAX - Message.Slab.Size)
    return Malformed{"a slab that is no range of pages"};
  if (!isReachable(Message.ThreadLocals))
    return Malformed{"a block of thread-local variables that is no such block"};
  if (Message.Triple.empty())
    return Malformed{"an empty triple"};
  return Message;
}

//===----------------------------------------------------------------------===//
// Load, Lookup, LookupReply
//===----------------------------------------------------------------------===//

void encode(const Load &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  encodeStrings(Writer, Message.Directories);
  Writer.u32(static_cast<uint32_t>(Message.Libraries.size()));
  for (const Load::Library &Library : Message.Libraries) {
    Writer.u8(static_cast<uint8_t>(Library.How));
    Writer.string(Library.Text);
  }
}

template <> Decoded<Load> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Load Message;
  Message.Directories = decodeStrings(Reader);
  for (uint32_t Left = Reader.count(5); Left != 0; --Left) {
    uint8_t Kind = Reader.u8();
    if (Kind > static_cast<uint8_t>(Load::Kind::Name))
      return Malformed{"an unknown way to load a library"};
    Message.Libraries.push({static_cast<Load::Kind>(Kind), Reader.string()});
    if (holdsZeroByte(Message.Libraries[Message.Libraries.size() - 1].Text))
      return ZeroByte;
  }
  if (holdZeroByte(Message.Directories))
    return ZeroByte;
  return checked(Reader, std::move(Message));
}

void encode(const Lookup &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.u8(Message.ProcessSymbols);
  Writer.u32(static_cast<uint32_t>(Message.Symbols.size()));
  for (const Lookup::Symbol &Symbol : Message.Symbols) {
    Writer.u8(Symbol.Weak);
    Writer.u8(Symbol.WantsSize);
    Writer.string(Symbol.Name);
  }
  encodeStrings(Writer, Message.Spare);
}

template <> Decoded<Lookup> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Lookup Message;
  uint8_t ProcessSymbols = Reader.u8();
  if (ProcessSymbols > 1)
    return BadFlag;
  Message.ProcessSymbols = ProcessSymbols != 0;
  for (uint32_t Left = Reader.count(6); Left != 0; --Left) {
    uint8_t Weak = Reader.u8(), WantsSize = Reader.u8();
    if (Weak > 1 || WantsSize > 1)
      return BadFlag;
    Message.Symbols.push({Weak != 0, WantsSize != 0, Reader.string()});
  }
  Message.Spare = decodeStrings(Reader);
  return checked(Reader, std::move(Message));
}

void encode(const LookupReply &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.u32(static_cast<uint32_t>(Message.Symbols.size()));
  for (const LookupReply::Symbol &Symbol : Message.Symbols) {
    Writer.address(Symbol.Address);
    Writer.u64(Symbol.DataSize);
  }
  Writer.u32(static_cast<uint32_t>(Message.Referenced.size()));
  for (uint32_t Index : Message.Referenced)
    Writer.u32(Index);
}

template <> Decoded<LookupReply> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  LookupReply Message;
  for (uint32_t Left = Reader.count(16); Left != 0; --Left) {
    ExecutorAddr Address = Reader.address();
    Message.Symbols.push({Address, Reader.u64()});
  }
  uint64_t Least = 0;
  for (uint32_t Left = Reader.count(4); Left != 0; --Left) {
    uint32_t Index = Reader.u32();
    if (Index < Least)
      return Malformed{"indices that are not ascending"};
    Least = uint64_t(Index) + 1;
    Message.Referenced.push(Index);
  }
  return checked(Reader, std::move(Message));
}

//===----------------------------------------------------------------------===//
// Reserve, Write, Finalize
//===----------------------------------------------------------------------===//

void encode(const Reserve &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.u32(static_cast<uint32_t>(Message.Segments.size()));
  for (const Reserve::Segment &Segment : Message.Segments) {
    Writer.range(Segment.Range);
    Writer.u8(static_cast<uint8_t>(Segment.Final));
  }
}

template <> Decoded<Reserve> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Reserve Message;
  ExecutorAddr End;
  for (uint32_t Left = Reader.count(17); Left != 0; --Left) {
    ExecutorRange Range = Reader.range();
    auto Final = static_cast<Protection>(Reader.u8());
    if (Final != Protection::Read && Final != Protection::ReadWrite &&
        Final != Protection::ReadExecute)
      return Malformed{"a protection that is not r, rw or rx"};
    if (Range.Start < End || Range.Size > UINT64_MAX - Range.Start.value())
      return Malformed{"segments that are not ascending and disjoint"};
    End = Range.Start + Range.Size;
    Message.Segments.push({Range, Final});
  }
  return checked(Reader, std::move(Message));
}

void encode(const Write &Message, ByteBuffer &Out) {
  ByteWriter(Out).address(Message.Start);
}

template <> Decoded<Write> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Write Message{Reader.address()};
  return checked(Reader, std::move(Message));
}

void encode(const Finalize &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  encodeRanges(Writer, Message.UnwindTables);
}

template <> Decoded<Finalize> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Finalize Message;
  Message.UnwindTables = decodeRanges(Reader);
  return checked(Reader, std::move(Message));
}

//===----------------------------------------------------------------------===//
// Interpose
//===----------------------------------------------------------------------===//

void encode(const Interpose &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.u32(static_cast<uint32_t>(Message.Definitions.size()));
  for (const Interpose::Definition &Definition : Message.Definitions) {
    Writer.address(Definition.Address);
    Writer.string(Definition.Name);
  }
  Writer.u32(static_cast<uint32_t>(Message.Variables.size()));
  for (const Interpose::Variable &Variable : Message.Variables) {
    Writer.address(Variable.Library);
    Writer.range(Variable.Copy);
  }
}

template <> Decoded<Interpose> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Interpose Message;
  for (uint32_t Left = Reader.count(12); Left != 0; --Left) {
    ExecutorAddr Address = Reader.address();
    Message.Definitions.push({Address, Reader.string()});
  }
  for (uint32_t Left = Reader.count(24); Left != 0; --Left) {
    ExecutorAddr Library = Reader.address();
    Message.Variables.push({Library, Reader.range()});
  }
  return checked(Reader, std::move(Message));
}

//===----------------------------------------------------------------------===//
// Running, Failed
//===----------------------------------------------------------------------===//

void encode(const Running &, ByteBuffer &) {}

template <> Decoded<Running> decode(std::span<const uint8_t> Payload) {
  return checked(ByteReader(Payload), Running());
}

void encode(const Failed &Message, ByteBuffer &Out) {
  ByteWriter(Out).string(Message.Reason);
}

template <> Decoded<Failed> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Failed Message{Reader.string()};
  if (!Reader.failed() && Message.Reason.empty())
    return Malformed{"a failure without a reason"};
  return checked(Reader, std::move(Message));
}

//===----------------------------------------------------------------------===//
// DescribeCpu, Cpu
//===----------------------------------------------------------------------===//

void encode(const DescribeCpu &, ByteBuffer &) {}

template <> Decoded<DescribeCpu> decode(std::span<const uint8_t> Payload) {
  return checked(ByteReader(Payload), DescribeCpu());
}

void encode(const Cpu &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  Writer.u64(Message.Capabilities);
  Writer.u64(Message.MoreCapabilities);
  Writer.string(Message.Platform);
  Writer.string(Message.Description);
}

template <> Decoded<Cpu> decode(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  Cpu Message;
  Message.Capabilities = Reader.u64();
  Message.MoreCapabilities = Reader.u64();
  Message.Platform = Reader.string();
  Message.Description = Reader.string();
  return checked(Reader, std::move(Message));
}

} // namespace remoterun::wire
