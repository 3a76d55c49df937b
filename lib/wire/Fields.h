//===- Fields.h - Messages to and from bytes, field by field ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A message, and each struct in one, says once what it consists of, in the
// order of its bytes: fields(Message, Each) calls Each with its members. Each
// is what writes them, or what reads them, so that the two cannot disagree:
//   bool                     one byte, 0 or 1
//   an integer or enum       as many bytes as its type has
//   an address, a range      8 bytes; its address and its size
//   a string                 its length, 4 bytes, and its bytes
//   a List                   the number of its elements, 4 bytes, and these
//   an array, a struct       its elements or fields
//   a span of bytes          what is left of the payload
// Whether the values make sense is for the message's check() to say.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_FIELDS_H
#define REMOTERUN_WIRE_FIELDS_H

#include "wire/Codec.h"
#include "wire/Frame.h"

#include <array>
#include <type_traits>

namespace remoterun::wire {

template <typename T>
concept Number = std::is_integral_v<T> || std::is_enum_v<T>;

/// Writes fields to a \p SinkT, which has integer(), string() and bytes() as
/// ByteWriter has them.
template <typename SinkT> class FieldWriter {
public:
  explicit FieldWriter(SinkT &Out) : Out(Out) {}

  void operator()(const auto &...Fields) { (write(Fields), ...); }

private:
  void write(const Number auto &Value) {
    Out.integer(static_cast<uint64_t>(Value), sizeof(Value));
  }
  void write(const ExecutorAddr &Addr) { write(Addr.value()); }
  void write(const ExecutorRange &Range) { (*this)(Range.Start, Range.Size); }
  void write(const std::string_view &Text) { Out.string(Text); }
  void write(const std::span<const uint8_t> &Bytes) { Out.bytes(Bytes); }
  template <typename T> void write(const List<T> &Elements) {
    write(static_cast<uint32_t>(Elements.size()));
    for (const T &Element : Elements)
      write(Element);
  }
  template <typename T, size_t N> void write(const T (&Elements)[N]) {
    for (const T &Element : Elements)
      write(Element);
  }
  template <typename T, size_t N> void write(const std::array<T, N> &Elements) {
    for (const T &Element : Elements)
      write(Element);
  }
  template <typename T> void write(const T &Struct) {
    T::fields(Struct, *this);
  }

  SinkT &Out;
};

/// A sink that only counts.
struct ByteCounter {
  void integer(uint64_t, unsigned Width) { Count += Width; }
  void string(std::string_view Text) { Count += 4 + Text.size(); }
  void bytes(std::span<const uint8_t> Bytes) { Count += Bytes.size(); }

  size_t Count = 0;
};

/// The fewest bytes that a \p T can take: all its strings are empty.
template <typename T> size_t smallestSize() {
  ByteCounter Counter;
  FieldWriter<ByteCounter>{Counter}(T());
  return Counter.Count;
}

/// Reads fields from bytes that must outlive every string that they yield.
class FieldReader {
public:
  explicit FieldReader(std::span<const uint8_t> In) : In(In) {}

  void operator()(auto &...Fields) { (read(Fields), ...); }

  /// The number of bytes that remain.
  size_t left() const { return In.left(); }
  /// Whether the fields read were right, and were all that there is.
  Decoded<void> finish() const;

private:
  void read(bool &Flag);
  void read(Number auto &Value) {
    Value = static_cast<std::remove_reference_t<decltype(Value)>>(
        In.integer(sizeof(Value)));
  }
  void read(ExecutorAddr &Addr) { Addr = In.address(); }
  void read(ExecutorRange &Range) { Range = In.range(); }
  void read(std::string_view &Text) { Text = In.string(); }
  void read(std::span<const uint8_t> &Bytes) { Bytes = In.rest(); }
  template <typename T> void read(List<T> &Elements) {
    for (uint32_t Left = In.count(smallestSize<T>()); Left != 0; --Left) {
      T Element;
      read(Element);
      Elements.push(Element);
    }
  }
  template <typename T, size_t N> void read(T (&Elements)[N]) {
    for (T &Element : Elements)
      read(Element);
  }
  template <typename T, size_t N> void read(std::array<T, N> &Elements) {
    for (T &Element : Elements)
      read(Element);
  }
  template <typename T> void read(T &Struct) { T::fields(Struct, *this); }

  ByteReader In;
  bool HasBadFlag = false;
};

/// The version alone: it stands first in the Hello and the Start of every
/// version, so that a mismatch can be told from nonsense.
Decoded<uint32_t> decodeVersion(std::span<const uint8_t> Payload);

/// Appends the payload of \p Message to \p Out.
template <typename MessageT>
void encode(const MessageT &Message, ByteBuffer &Out) {
  ByteWriter Writer(Out);
  FieldWriter<ByteWriter>{Writer}(Message);
}

/// Checks every rule that does not depend on the state of the session.
template <typename MessageT>
Decoded<MessageT> decode(std::span<const uint8_t> Payload) {
  FieldReader Reader(Payload);
  MessageT Message;
  Reader(Message);
  if (auto Read = Reader.finish(); !Read)
    return Read.error();
  if constexpr (requires { Message.check(); })
    if (auto Checked = Message.check(); !Checked)
      return Checked.error();
  return Message;
}

} // namespace remoterun::wire

#endif
