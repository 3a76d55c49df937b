//===- DwarfReader.cpp - Numbers of call frame information ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/unwind/DwarfReader.h"

namespace remoterun::executor {

uint64_t DwarfReader::uleb() {
  uint64_t Value = 0;
  for (unsigned Shift = 0; !atEnd(); Shift += 7) {
    uint8_t Byte = u8();
    if (Shift < 64)
      Value |= static_cast<uint64_t>(Byte & 0x7f) << Shift;
    if (!(Byte & 0x80))
      return Value;
  }
  fail();
  return 0;
}

int64_t DwarfReader::sleb() {
  uint64_t Value = 0;
  for (unsigned Shift = 0; !atEnd();) {
    uint8_t Byte = u8();
    if (Shift < 64)
      Value |= static_cast<uint64_t>(Byte & 0x7f) << Shift;
    Shift += 7;
    if (Byte & 0x80)
      continue;
    if ((Byte & 0x40) && Shift < 64)
      Value |= ~uint64_t(0) << Shift;
    return static_cast<int64_t>(Value);
  }
  fail();
  return 0;
}

uint64_t DwarfReader::pointer(uint8_t Encoding, uint64_t DataBase) {
  if (Encoding == EncodedOmitted)
    return 0;
  uint64_t Place = reinterpret_cast<uintptr_t>(Position);
  uint64_t Value;
  switch (Encoding & FormatMask) {
  case 0x00:
    Value = fixed<uintptr_t>();
    break;
  case 0x01:
    Value = uleb();
    break;
  case 0x02:
    Value = fixed<uint16_t>();
    break;
  case 0x03:
    Value = fixed<uint32_t>();
    break;
  case 0x04:
  case 0x0c:
    Value = fixed<uint64_t>();
    break;
  case 0x09:
    Value = static_cast<uint64_t>(sleb());
    break;
  case 0x0a:
    Value = static_cast<uint64_t>(int64_t{fixed<int16_t>()});
    break;
  case 0x0b:
    Value = static_cast<uint64_t>(int64_t{fixed<int32_t>()});
    break;
  default:
    fail();
    return 0;
  }
  if (Value == 0)
    return 0;
  switch (Encoding & ApplicationMask) {
  case EncodedAbsolute:
    break;
  case RelativeToPlace:
    Value += Place;
    break;
  case RelativeToData:
    Value += DataBase;
    break;
  default:
    fail();
    return 0;
  }
  if (Encoding & IndirectFlag)
    Value = *reinterpret_cast<const uintptr_t *>(Value);
  return Value;
}

const char *DwarfReader::text() {
  const char *Start = reinterpret_cast<const char *>(Position);
  while (u8() != 0)
    ;
  return Start;
}

} // namespace remoterun::executor
