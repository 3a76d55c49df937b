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
                             Held{Done.Of, {std::move(*Done.Object)}});
}

void LateObjects::moveToDisk() {
  if (!MayUseDisk || Objects.empty())
    return;
  if (!Disk)
    Disk = jit::ScratchFile::create();
  if (!Disk)
    return;
  for (auto &[Function, Each] : Objects)
    if (!Each.Bytes.moveTo(*Disk))
      return;
}

std::vector<LateObject> LateObjects::takeAll() {
  std::vector<LateObject> All;
  for (auto &[Function, Each] : std::exchange(Objects, {}))
    if (Each.Bytes.moveBack(Disk.get()))
      All.push_back({Each.Of, std::move(Each.Bytes.InMemory)});
  return All;
}

void LateObjects::stayInMemory() {
  MayUseDisk = false;
  for (auto At = Objects.begin(); At != Objects.end();)
    At = At->second.Bytes.moveBack(Disk.get()) ? std::next(At)
                                               : Objects.erase(At);
  Disk = nullptr;
}

} // namespace remoterun::driver
