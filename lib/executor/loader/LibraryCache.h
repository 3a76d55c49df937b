//===- LibraryCache.h - What ldconfig has found -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// /etc/ld.so.cache (ldconfig(8)), in the format that glibc has had since 2.2
// and writes alone since 2.32.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LIBRARYCACHE_H
#define REMOTERUN_EXECUTOR_LOADER_LIBRARYCACHE_H

#include "executor/base/MappedFile.h"
#include "wire/List.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace remoterun::executor {

class LibraryCache {
public:
  /// Maps the cache at \p Path, which may be missing or damaged.
  explicit LibraryCache(const char *Path = "/etc/ld.so.cache");
  LibraryCache(const LibraryCache &) = delete;
  LibraryCache &operator=(const LibraryCache &) = delete;
  ~LibraryCache();

  /// The paths of libraries with this name, the most general first: those for
  /// processors with more features, which have the same symbols, come last.
  /// Some may be for other machines. A zero byte is behind each.
  List<std::string_view> find(std::string_view Name) const;

private:
  struct Entry;

  std::string_view textAt(uint32_t Offset) const;
  std::span<const Entry> entriesOf(std::string_view Name) const;

  MappedFile File;
  /// From where offsets count: in a file of both formats, the new one is last.
  std::span<const uint8_t> Table;
  std::span<const Entry> Entries;
};

} // namespace remoterun::executor

#endif
