//===- SpeedOptions.cpp - Caches, threads and parts -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SpeedOptions.h"
#include "LauncherOptions.h"
#include "OptionTable.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <thread>

using namespace llvm;

namespace remoterun {

namespace {

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

/// The cache's folder; empty where none is wanted.
Expected<std::string> chooseCacheDirectory() {
  if (options::NoCache)
    return std::string();
  if (options::Cache.getNumOccurrences() == 0) {
    const char *Given = std::getenv("REMOTE_RUN_CACHE");
    return std::string(Given && !options::EnableCacheManager ? Given : "");
  }
  if (options::EnableCacheManager)
    return usage("--cache and --enable-cache-manager are two caches; choose "
                 "one");
  if (!options::Cache.empty())
    return options::Cache.getValue();
  // XDG Base Directory Specification: a relative path is to be ignored.
  SmallString<256> Path;
  const char *Xdg = std::getenv("XDG_CACHE_HOME"), *Home = std::getenv("HOME");
  if (Xdg && Xdg[0] == '/')
    Path = Xdg;
  else if (Home && Home[0] != '\0')
    sys::path::append(Path, Home, ".cache");
  else
    return usage("--cache: neither XDG_CACHE_HOME nor HOME is set; name the "
                 "folder with --cache=DIR");
  sys::path::append(Path, "remote-run");
  return std::string(Path);
}

/// So many instructions take about 50 ms to compile well.
constexpr size_t WorthWhile = 5000;

void chooseLaziness(Options &Result) {
  using options::Laziness;
  Laziness Asked = options::Lazy;
  if (options::Lazy.getNumOccurrences() == 0)
    Asked = options::lazinessOfLli().value_or(Asked);
  // A launcher may be one that translates code, as valgrind is, and does not
  // see it come; those that are known to lead elsewhere do not, and qemu-user
  // translates what it executes then.
  const std::vector<std::string> &Launcher = Result.Launch.Launcher;
  Result.Compile.IsLazy =
      Asked == Laziness::On ||
      (Asked == Laziness::Auto &&
       (Launcher.empty() || isForwardedByDefault(Launcher)));
  Result.Compile.LeastLazy = Asked == Laziness::On ? 0 : WorthWhile;
}

} // namespace

Expected<void> chooseSpeed(Options &Result) {
  auto Directory = chooseCacheDirectory();
  if (!Directory)
    return Directory.error();
  Result.Compile.CacheDirectory = std::move(*Directory);
  auto Policy = parseCachePruningPolicy(options::CachePolicy);
  if (!Policy)
    return usage("--cache-policy=" + options::CachePolicy.getValue() + ": " +
                 toString(Policy.takeError()));
  Result.Compile.CachePolicy = *Policy;
  if (options::Jobs.getNumOccurrences() > 0 && options::Jobs == 0)
    return usage("-j takes the number of threads, 1 or more");
  if (options::PartSize == 0)
    return usage("--part-size takes a number of instructions, 1 or more");
  Result.Compile.PartSize = options::PartSize;
  Result.Compile.Jobs = options::Jobs.getNumOccurrences() > 0
                            ? options::Jobs.getValue()
                            : std::max(1u, std::thread::hardware_concurrency());
  if (Result.Compile.CompilesAnew)
    Result.Compile.PartSize = std::numeric_limits<size_t>::max();
  chooseLaziness(Result);
  return {};
}

} // namespace remoterun
