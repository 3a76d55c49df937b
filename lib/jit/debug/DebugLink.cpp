//===- DebugLink.cpp - Where debuggers find more --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/DebugLink.h"
#include "jit/object/ElfHeaders.h"

#include "llvm/Support/CRC.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// The CRC-32 of whatever ends with its own, in little-endian order.
constexpr uint32_t CrcOfChecked = 0x2144DF1C;

void append(uint32_t Number, endianness Order, SmallVectorImpl<char> &To) {
  char Bytes[sizeof(Number)];
  support::endian::write32(Bytes, Number, Order);
  To.append(std::begin(Bytes), std::end(Bytes));
}

template <typename ELFT>
SmallVector<char, 0> makeLink(const ProgramMap &Program, StringRef Path) {
  SmallVector<char, 0> Image;
  Image.resize(sizeof(typename ELFT::Ehdr));
  size_t Start = Image.size();
  Image.append(Path.begin(), Path.end());
  // The name ends with a zero, and the checksum is aligned.
  Image.resize(alignTo(Image.size() + 1, sizeof(CrcOfChecked)));
  append(CrcOfChecked, ELFT::Endianness, Image);
  ElfHeaders<ELFT> Headers(Program.isa().Machine);
  for (const wire::Reserve::Segment &Segment : Program.segments())
    Headers.addSegment(Segment);
  Headers.add(".gnu_debuglink", ELF::SHT_PROGBITS, Start, Image.size() - Start);
  Headers.appendTo(Image, /*Flags=*/0);
  return Image;
}

} // namespace

SmallVector<char, 0> makeDebugLink(const ProgramMap &Program, StringRef Path) {
  return withElfTypeOf(Program.isa(), [&]<typename ELFT>() {
    return makeLink<ELFT>(Program, Path);
  });
}

void appendChecksum(SmallVector<char, 0> &Image) {
  append(crc32(arrayRefFromStringRef({Image.data(), Image.size()})),
         endianness::little, Image);
}

} // namespace remoterun::jit
