//===- LibraryCache.cpp - What ldconfig has found -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LibraryCache.h"
#include "executor/loader/SegmentBytes.h"

#include <algorithm>
#include <cstring>

namespace remoterun::executor {

// glibc's sysdeps/generic/dl-cache.h.
struct LibraryCache::Entry {
  int32_t Flags;
  uint32_t Name, Path; ///< Where these are in the table.
  uint32_t Unused;
  uint64_t Features; ///< Of the processor, which the library demands.
};

namespace {

constexpr std::string_view OldMagic = "ld.so-1.7.0";
constexpr std::string_view NewMagic = "glibc-ld.so.cache1.1";

struct OldHeader {
  char Magic[12];
  uint32_t Count;
};
constexpr size_t OldEntrySize = 12;

struct NewHeader {
  char Magic[20];
  uint32_t Count;
  uint32_t TextSize;
  uint8_t MoreFields[20];
};

bool startsWith(std::span<const uint8_t> Bytes, std::string_view Text) {
  return Bytes.size() >= Text.size() &&
         std::memcmp(Bytes.data(), Text.data(), Text.size()) == 0;
}

/// The part of the file that is in the new format.
std::span<const uint8_t> newFormatIn(std::span<const uint8_t> File) {
  OldHeader Header;
  if (!startsWith(File, OldMagic) || File.size() < sizeof(Header))
    return File;
  std::memcpy(&Header, File.data(), sizeof(Header));
  uint64_t Size = sizeof(Header) + uint64_t(Header.Count) * OldEntrySize;
  Size = (Size + 7) & ~uint64_t(7);
  return Size <= File.size() ? File.subspan(static_cast<size_t>(Size))
                             : std::span<const uint8_t>();
}

bool isDigit(char C) { return C >= '0' && C <= '9'; }

/// The number that \p Text starts with, which is taken off it.
uint64_t takeNumber(std::string_view &Text) {
  uint64_t Number = 0;
  for (; !Text.empty() && isDigit(Text.front()); Text.remove_prefix(1))
    Number = Number * 10 + static_cast<uint64_t>(Text.front() - '0');
  return Number;
}

/// The order of the names (_dl_cache_libcmp): libx.so.9 is before libx.so.10.
/// Less than, equal to or greater than 0, as memcmp(3).
int compare(std::string_view A, std::string_view B) {
  while (!A.empty() && !B.empty()) {
    if (isDigit(A.front()) != isDigit(B.front()))
      return isDigit(A.front()) ? 1 : -1;
    if (isDigit(A.front())) {
      uint64_t NumberA = takeNumber(A), NumberB = takeNumber(B);
      if (NumberA != NumberB)
        return NumberA > NumberB ? 1 : -1;
      continue;
    }
    if (A.front() != B.front())
      return A.front() > B.front() ? 1 : -1;
    A.remove_prefix(1);
    B.remove_prefix(1);
  }
  return A.empty() && B.empty() ? 0 : A.empty() ? -1 : 1;
}

} // namespace

LibraryCache::LibraryCache(const char *Path)
    : File(MappedFile::open(Path).value_or(MappedFile())) {
  Table = newFormatIn(File.Bytes);
  NewHeader Header;
  if (!startsWith(Table, NewMagic) || Table.size() < sizeof(Header))
    return;
  std::memcpy(&Header, Table.data(), sizeof(Header));
  auto All = SegmentBytes::tableIn<Entry>(Table.subspan(sizeof(Header)));
  if (Header.Count <= All.size())
    Entries = All.first(Header.Count);
}

LibraryCache::~LibraryCache() { File.unmap(); }

std::string_view LibraryCache::textAt(uint32_t Offset) const {
  if (Offset >= Table.size())
    return {};
  auto *Start = reinterpret_cast<const char *>(Table.data()) + Offset;
  const void *End = std::memchr(Start, '\0', Table.size() - Offset);
  if (!End)
    return {};
  return {Start, static_cast<size_t>(static_cast<const char *>(End) - Start)};
}

std::span<const LibraryCache::Entry>
LibraryCache::entriesOf(std::string_view Name) const {
  // The greatest name is the first.
  auto First =
      std::lower_bound(Entries.begin(), Entries.end(), Name,
                       [this](const Entry &Each, std::string_view Wanted) {
                         return compare(textAt(Each.Name), Wanted) > 0;
                       });
  auto Last = First;
  while (Last != Entries.end() && textAt(Last->Name) == Name)
    ++Last;
  return {First, Last};
}

List<std::string_view> LibraryCache::find(std::string_view Name) const {
  List<std::string_view> Found;
  for (bool IsSpecial : {false, true})
    for (const Entry &Each : entriesOf(Name))
      if ((Each.Features != 0) == IsSpecial)
        Found.push(textAt(Each.Path));
  return Found;
}

} // namespace remoterun::executor
