//===- DwarfReader.h - Numbers of call frame information --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the tables that a compiler wrote, in place and without copies. They are
// of loaded code, and trusted as far as the code itself is; what is read is
// still kept inside the bounds that the tables state.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_UNWIND_DWARFREADER_H
#define REMOTERUN_EXECUTOR_UNWIND_DWARFREADER_H

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace remoterun::executor {

/// How pointers in .eh_frame are written (LSB Core, "DWARF Exception Header
/// Encoding").
enum PointerEncoding : uint8_t {
  EncodedAbsolute = 0x00,
  EncodedOmitted = 0xff,
  FormatMask = 0x0f,
  ApplicationMask = 0x70,
  RelativeToPlace = 0x10,
  RelativeToData = 0x30,
  IndirectFlag = 0x80,
};

/// Reads from Position up to End; past it, everything is 0 and failed().
class DwarfReader {
public:
  DwarfReader(const uint8_t *Position, const uint8_t *End)
      : Position(Position), End(End) {}

  template <typename T> T fixed() {
    T Value = 0;
    if (has(sizeof(T))) {
      std::memcpy(&Value, Position, sizeof(T));
      Position += sizeof(T);
    }
    return Value;
  }
  uint8_t u8() { return fixed<uint8_t>(); }
  uint64_t uleb();
  int64_t sleb();
  /// \p DataBase is what RelativeToData means.
  uint64_t pointer(uint8_t Encoding, uint64_t DataBase = 0);
  const char *text();
  void skip(uint64_t Size) {
    if (has(Size))
      Position += Size;
  }

  const uint8_t *position() const { return Position; }
  void moveTo(const uint8_t *There) { Position = There; }
  const uint8_t *end() const { return End; }
  bool atEnd() const { return Position >= End; }
  bool failed() const { return Failed; }
  void fail() {
    Failed = true;
    Position = End;
  }

private:
  bool has(uint64_t Size) {
    if (static_cast<uint64_t>(End - Position) >= Size)
      return true;
    fail();
    return false;
  }

  const uint8_t *Position;
  const uint8_t *End;
  bool Failed = false;
};

} // namespace remoterun::executor

#endif
