//===- LliObjects.cpp - The objects of lli's cache ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LliObjects.h"
#include "jit/cache/KeyedFile.h"
#include "jit/cache/Ownership.h"

#include "llvm/Support/Path.h"

#include <utility>

using namespace llvm;

namespace remoterun::driver {

bool LliObjects::mayKeep(const std::string &Path) {
  std::string Folder = sys::path::parent_path(Path).str();
  std::string Why = jit::whyForeignFolder(Folder.empty() ? "." : Folder,
                                          jit::FolderOwner::UserOrSystem);
  if (!Why.empty() && !std::exchange(HasWarned, true))
    Work.Watching.warn(
        "'" + Path + "' is neither used nor kept: " + Why +
        "; name a folder that is yours alone with --object-cache-dir=DIR");
  return Why.empty();
}

std::optional<jit::CompiledPart> LliObjects::find(const std::string &Path,
                                                  const jit::CacheKey &Key) {
  std::string Distrust;
  auto Cached = jit::readKeyedStart(Path, Key, Distrust);
  auto Part = Cached ? jit::CompiledPart::ofKept(std::move(*Cached), Path, Key,
                                                 *Work.Settings.Target.Isa)
                     : std::nullopt;
  if (!Part && !Distrust.empty())
    Work.Watching.warn("a kept object is not used: " + Distrust);
  return Part;
}

void LliObjects::keep(jit::CompiledPart &Part, const std::string &Path) {
  auto Stored =
      jit::writeKeyedFile(Path, Part.bytes(), Part.StartSize, Part.Key);
  if (Stored)
    Part.KeptIn = Path;
  else
    Work.Watching.warn(Stored.error().Message);
}

} // namespace remoterun::driver
