//===- SegmentBytes.h - An object's bytes by their addresses ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tables of a shared object name each other by addresses. Where the bytes
// are depends on whether it is loaded or only a file that is mapped as a whole;
// that they are there is believed in neither case.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_SEGMENTBYTES_H
#define REMOTERUN_EXECUTOR_LOADER_SEGMENTBYTES_H

#include "wire/List.h"

#include <cstdint>
#include <link.h>
#include <span>

namespace remoterun::executor {

class SegmentBytes {
public:
  /// \p Base is added to the addresses of segments. The dynamic linker has
  /// added it to those of most tables, too.
  explicit SegmentBytes(ElfW(Addr) Base = 0) : Base(Base) {}

  void add(ElfW(Addr) Address, std::span<const uint8_t> Bytes) {
    Segments.push({Base + Address, Bytes});
  }

  /// From \p Address to the end of its segment; empty where it is in none.
  std::span<const uint8_t> from(ElfW(Addr) Address) const {
    if (Address < Base)
      Address += Base;
    for (const Segment &Each : Segments)
      if (Address >= Each.Address && Address - Each.Address < Each.Bytes.size())
        return Each.Bytes.subspan(Address - Each.Address);
    return {};
  }

  /// As many \p T as \p Bytes holds; none where they are not aligned for that.
  template <typename T>
  static std::span<const T> tableIn(std::span<const uint8_t> Bytes) {
    if (reinterpret_cast<uintptr_t>(Bytes.data()) % alignof(T) != 0)
      return {};
    return {reinterpret_cast<const T *>(Bytes.data()),
            Bytes.size() / sizeof(T)};
  }

private:
  struct Segment {
    ElfW(Addr) Address;
    std::span<const uint8_t> Bytes;
  };
  ElfW(Addr) Base;
  List<Segment> Segments;
};

} // namespace remoterun::executor

#endif
