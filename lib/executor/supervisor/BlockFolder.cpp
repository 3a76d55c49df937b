//===- BlockFolder.cpp - Where a far end keeps blocks ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/supervisor/BlockFolder.h"
#include "executor/session/BlockStore.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace remoterun::executor {

const char *findBlockFolder(std::string_view Asked) {
  static char Path[PATH_MAX];
  size_t Size = 0;
  auto Add = [&](std::string_view Part) {
    if (Part.size() >= sizeof(Path) - Size)
      return false;
    std::memcpy(Path + Size, Part.data(), Part.size());
    Path[Size += Part.size()] = '\0';
    return true;
  };
  auto AddFolder = [&](std::string_view Part) {
    return Add(Part) && (::mkdir(Path, S_IRWXU), true);
  };
  if (!Asked.empty()) {
    char Here[PATH_MAX];
    bool IsFromRoot = Asked.starts_with('/');
    if (!IsFromRoot && !(::getcwd(Here, sizeof(Here)) && Add(Here) && Add("/")))
      return nullptr;
    return Add(Asked) ? Path : nullptr;
  }
  const char *Cache = std::getenv("XDG_CACHE_HOME");
  const char *Home = std::getenv("HOME");
  // Relative ones are to be ignored.
  bool IsFound = Cache && *Cache == '/' ? AddFolder(Cache)
                                        : Home && *Home == '/' && Add(Home) &&
                                              AddFolder("/.cache");
  return IsFound && AddFolder("/remote-run") && Add("/blocks") ? Path : nullptr;
}

void pruneBlocks(const char *Folder) {
  constexpr uint64_t MostBytes = uint64_t(512) << 20;
  constexpr int64_t MostSeconds = int64_t(30) * 24 * 3600;
  if (auto Store = BlockStore::open(Folder))
    Store->prune(MostBytes, MostSeconds);
}

} // namespace remoterun::executor
