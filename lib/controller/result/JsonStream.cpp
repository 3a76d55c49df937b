//===- JsonStream.cpp - JSON without an allocation ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/result/JsonStream.h"
#include "controller/base/PatientWrite.h"
#include "controller/base/Utf8.h"

#include <algorithm>
#include <cstring>

namespace remoterun::controller {

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
