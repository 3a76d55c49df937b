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

Decoded<void> Hello::check() const {
  if (PointerSize != 4 && PointerSize != 8)
    return Malformed{"a pointer size that is neither 4 nor 8"};
  if (!std::has_single_bit(PageSize) || PageSize < 512 || PageSize > (1u << 24))
    return Malformed{"a page size that is no page size"};
  if (!isPageAligned(Slab, PageSize) || Slab.Start.isNull() || Slab.Size == 0 ||
      Slab.Start.value() > UINT64_MAX - Slab.Size)
    return Malformed{"a slab that is no range of pages"};
  if (!isReachable(ThreadLocals))
    return Malformed{"a block of thread-local variables that is no such block"};
  if (Triple.empty())
    return Malformed{"an empty triple"};
  return {};
}

Decoded<void> Load::check() const {
  for (const Library &Wanted : Libraries) {
    if (Wanted.How > Kind::Name)
      return Malformed{"an unknown way to load a library"};
    if (holdsZeroByte(Wanted.Text))
      return ZeroByte;
  }
  if (holdZeroByte(Directories))
    return ZeroByte;
  return {};
}

Decoded<void> LookupReply::check() const {
  uint64_t Least = 0;
  for (uint32_t Index : Referenced) {
    if (Index < Least)
      return Malformed{"indices that are not ascending"};
    Least = uint64_t(Index) + 1;
  }
  return {};
}

Decoded<void> Reserve::check() const {
  ExecutorAddr End;
  for (const auto &[Range, Final] : Segments) {
    if (Final != Protection::Read && Final != Protection::ReadWrite &&
        Final != Protection::ReadExecute)
      return Malformed{"a protection that is not r, rw or rx"};
    if (Range.Start < End || Range.Size > UINT64_MAX - Range.Start.value())
      return Malformed{"segments that are not ascending and disjoint"};
    End = Range.Start + Range.Size;
  }
  return holdsZeroByte(ImageName) ? Decoded<void>(ZeroByte) : Decoded<void>();
}

Decoded<void> Finalize::check() const {
  return holdsZeroByte(ImagePath) ? Decoded<void>(ZeroByte) : Decoded<void>();
}

Decoded<void> Elsewhere::check() const {
  if (Slab.Start.isNull() || Slab.Size == 0 ||
      Slab.Start.value() > UINT64_MAX - Slab.Size)
    return Malformed{"a slab that is no range of memory"};
  if (Reason.empty())
    return Malformed{"another place without a reason"};
  return {};
}

Decoded<void> Run::check() const {
  for (const Limit &Limit : Limits)
    if (static_cast<uint8_t>(Limit.What) >= ResourceCount)
      return Malformed{"a limit on an unknown resource"};
  if (holdsZeroByte(PerfDump))
    return ZeroByte;
  return checkProcess(Arguments, Environment, Directory);
}

Decoded<void> Failed::check() const {
  if (Reason.empty())
    return Malformed{"a failure without a reason"};
  return {};
}

} // namespace remoterun::wire
