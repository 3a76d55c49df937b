//===- JsonStream.cpp - JSON without an allocation ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/JsonStream.h"
#include "controller/PatientWrite.h"

#include <algorithm>
#include <cstring>

namespace remoterun::controller {

namespace {

/// The bytes of the character that \p Text starts with; 0 if it is not one of
/// UTF-8 (Unicode, table 3-7, "Well-Formed UTF-8 Byte Sequences").
size_t characterSize(std::string_view Text) {
  auto Byte = [Text](size_t Index) {
    return Index < Text.size() ? static_cast<unsigned char>(Text[Index]) : 0;
  };
  int First = Byte(0);
  if (First < 0x80)
    return 1;
  size_t Size = First >= 0xc2 && First <= 0xdf   ? 2
                : First >= 0xe0 && First <= 0xef ? 3
                : First >= 0xf0 && First <= 0xf4 ? 4
                                                 : 0;
  int Least = First == 0xe0 ? 0xa0 : First == 0xf0 ? 0x90 : 0x80;
  int Most = First == 0xed ? 0x9f : First == 0xf4 ? 0x8f : 0xbf;
  for (size_t Index = 1; Index < Size; ++Index) {
    if (Byte(Index) < Least || Byte(Index) > Most)
      return 0;
    Least = 0x80;
    Most = 0xbf;
  }
  return Size;
}

} // namespace

void JsonStream::flush() {
  if (!Error)
    Error = writePatiently(Descriptor, {Buffer, Used});
  Used = 0;
}

void JsonStream::put(std::string_view Text) {
  while (!Text.empty()) {
    if (Used == sizeof(Buffer))
      flush();
    size_t Size = std::min(Text.size(), sizeof(Buffer) - Used);
    std::memcpy(Buffer + Used, Text.data(), Size);
    Used += Size;
    Text.remove_prefix(Size);
  }
}

void JsonStream::putNumber(uint64_t Value, int LeastDigits) {
  char Digits[20];
  size_t Start = sizeof(Digits);
  while (Value != 0 || LeastDigits > 0) {
    Digits[--Start] = static_cast<char>('0' + Value % 10);
    Value /= 10;
    --LeastDigits;
  }
  put({Digits + Start, sizeof(Digits) - Start});
}

void JsonStream::putQuoted(std::string_view Text) {
  static constexpr char Hex[] = "0123456789abcdef";
  put("\"");
  while (!Text.empty()) {
    size_t Size = characterSize(Text);
    auto Byte = static_cast<unsigned char>(Text.front());
    if (Size == 0) {
      put("\\ufffd");
      Size = 1;
    } else if (Byte == '"' || Byte == '\\') {
      put("\\");
      put(Text.substr(0, 1));
    } else if (Byte == '\n') {
      put("\\n");
    } else if (Byte < 0x20 || Byte == 0x7f) {
      const char Escape[] = {'\\',           'u',           '0', '0',
                             Hex[Byte >> 4], Hex[Byte & 15]};
      put({Escape, sizeof(Escape)});
    } else {
      put(Text.substr(0, Size));
    }
    Text.remove_prefix(Size);
  }
  put("\"");
}

void JsonStream::begin(std::string_view Key) {
  if (Depth != 0)
    put(IsFirst ? "\n" : ",\n");
  IsFirst = false;
  for (int Level = 0; Level != Depth; ++Level)
    put("  ");
  if (Depth == 0)
    return;
  putQuoted(Key);
  put(": ");
}

void JsonStream::beginObject(std::string_view Key) {
  begin(Key);
  put("{");
  ++Depth;
  IsFirst = true;
}

void JsonStream::endObject() {
  --Depth;
  put("\n");
  for (int Level = 0; Level != Depth; ++Level)
    put("  ");
  put(Depth == 0 ? "}\n" : "}");
  IsFirst = false;
}

void JsonStream::null(std::string_view Key) {
  begin(Key);
  put("null");
}

void JsonStream::boolean(std::string_view Key, bool Value) {
  begin(Key);
  put(Value ? "true" : "false");
}

void JsonStream::number(std::string_view Key, uint64_t Value) {
  begin(Key);
  putNumber(Value);
}

void JsonStream::seconds(std::string_view Key, uint64_t Microseconds) {
  begin(Key);
  putNumber(Microseconds / 1000000);
  put(".");
  putNumber(Microseconds % 1000000, 6);
}

void JsonStream::string(std::string_view Key, std::string_view Value) {
  begin(Key);
  putQuoted(Value);
}

int JsonStream::finish() {
  flush();
  return Error;
}

} // namespace remoterun::controller
