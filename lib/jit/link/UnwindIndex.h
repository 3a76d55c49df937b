//===- UnwindIndex.h - The sorted index of .eh_frame ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// .eh_frame describes how to leave each function; .eh_frame_hdr, to which a
// program header leads (PT_GNU_EH_FRAME), finds a function's description by
// binary search (LSB, "Exception Frames").
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_UNWINDINDEX_H
#define REMOTERUN_JIT_LINK_UNWINDINDEX_H

#include "remote-run/Failure.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Endian.h"

#include <cstdint>
#include <vector>

namespace remoterun::jit {

/// A .eh_frame section and its executor address.
struct UnwindTable {
  llvm::ArrayRef<uint8_t> Bytes;
  uint64_t Address = 0;
};

class UnwindIndex {
public:
  UnwindIndex(llvm::endianness Order, unsigned PointerSize)
      : Order(Order), PointerSize(PointerSize) {}

  /// How many functions \p Table describes, relocated or not.
  size_t count(llvm::ArrayRef<uint8_t> Table) const;
  /// The size in bytes of a section that indexes so many.
  static constexpr uint64_t sizeFor(size_t Functions) {
    return 12 + 8 * Functions;
  }

  /// How many bytes of \p Section, which write() has made, are used.
  uint64_t used(llvm::ArrayRef<uint8_t> Section) const;
  /// Of a section: the word of 8 bytes that append() changes, with the number
  /// of functions.
  static constexpr uint64_t WordOfCount = 8;

  /// Notes the functions of \p Table, which has been relocated.
  void add(const UnwindTable &Table);
  /// Writes the section, which is to be at \p Address, has sizeFor() what
  /// count() said, and leads to the tables that were added.
  void write(llvm::MutableArrayRef<uint8_t> Section, uint64_t Address);
  /// Writes the functions that were added behind those that \p Section has,
  /// which was written for \p Address and may be searched meanwhile. Fails, and
  /// changes nothing, unless all come behind the ones that are there, and there
  /// is room. How many bytes are used then.
  Expected<uint64_t> append(llvm::MutableArrayRef<uint8_t> Section,
                            uint64_t Address);

private:
  struct Entry {
    uint64_t Function, Description; ///< Addresses.
  };
  /// A common information entry, as far as it concerns those that refer to it.
  struct Common {
    size_t Offset = 0; ///< In its table.
    uint8_t PointerEncoding = 0;
  };

  template <typename Visitor>
  void forEachRecord(llvm::ArrayRef<uint8_t> Table, Visitor Visit) const;
  Common readCommon(llvm::ArrayRef<uint8_t> Record, size_t Offset) const;
  void sortEntries();
  /// From entry number \p First of \p Section on.
  void writeEntries(llvm::MutableArrayRef<uint8_t> Section, uint64_t Address,
                    size_t First) const;

  llvm::endianness Order;
  unsigned PointerSize;
  uint64_t FirstTable = 0; ///< Its address.
  std::vector<Entry> Entries;
  bool IsComplete = true; ///< Every description's function is known.
};

} // namespace remoterun::jit

#endif
