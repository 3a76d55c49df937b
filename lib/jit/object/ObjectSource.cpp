//===- ObjectSource.cpp - Where an object can be read again ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ObjectSource.h"

namespace remoterun::jit {

ObjectSource ObjectSource::inMemory(Contents Where) {
  ObjectSource Made;
  Made.Memory = std::move(Where);
  return Made;
}

ObjectSource ObjectSource::readBy(Reader Read) {
  ObjectSource Made;
  Made.Read = std::move(Read);
  return Made;
}

ObjectSource::Contents ObjectSource::read() const {
  if (!Memory.Bytes.empty())
    return Memory;
  std::optional<ObjectBytes> Found;
  if (Scratch)
    Found = Scratch->get(InScratch);
  else if (Read)
    Found = Read();
  if (!Found)
    return {};
  auto Owned = std::make_shared<ObjectBytes>(std::move(*Found));
  return {Owned, {Owned->data(), Owned->size()}};
}

void ObjectSource::moveTo(const std::shared_ptr<ScratchFile> &File) {
  if (Memory.Bytes.empty())
    return;
  if (auto Place = File->put(Memory.Bytes)) {
    Scratch = File;
    InScratch = *Place;
    Memory = {};
  }
}

} // namespace remoterun::jit
