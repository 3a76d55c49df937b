//===- LateObjects.cpp - What late functions have become ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LateObjects.h"

#include <iterator>
#include <utility>

namespace remoterun::driver {

void LateObjects::add(LateObject Done) {
  // Of two that were at it, the slower may have made the lesser.
  auto Before = Objects.find(Done.Of.Function);
  if (Before == Objects.end() || Before->second.Of.IsFast)
    Objects.insert_or_assign(Done.Of.Function,
                             Held{Done.Of, std::move(*Done.Object)});
}

void LateObjects::moveToDisk() {
  for (auto &[Function, Each] : Objects) {
    if (Each.Bytes.empty() || !MayUseDisk)
      continue;
    if (!Disk)
      Disk = jit::ScratchFile::create();
    auto Place =
        Disk ? Disk->put({Each.Bytes.data(), Each.Bytes.size()}) : std::nullopt;
    if (!Place)
      return;
    Each.Place = *Place;
    // Assigning an empty one would keep the memory (SmallVector).
    jit::ObjectBytes Freed = std::move(Each.Bytes);
  }
}

bool LateObjects::readBack(Held &Each) const {
  if (!Each.Bytes.empty())
    return true;
  auto Read = Disk->get(Each.Place);
  if (Read)
    Each.Bytes = std::move(*Read);
  return Read.has_value();
}

std::vector<LateObject> LateObjects::takeAll() {
  std::vector<LateObject> All;
  for (auto &[Function, Each] : std::exchange(Objects, {}))
    if (readBack(Each))
      All.push_back({Each.Of, std::move(Each.Bytes)});
  return All;
}

void LateObjects::stayInMemory() {
  MayUseDisk = false;
  for (auto At = Objects.begin(); At != Objects.end();)
    At = readBack(At->second) ? std::next(At) : Objects.erase(At);
  Disk = nullptr;
}

} // namespace remoterun::driver
