//===- NativeFiles.cpp - The objects and archives of a program ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NativeFiles.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun {

NativeFiles NativeFiles::of(const Options &Chosen,
                            ArrayRef<jit::InputFile> Inputs) {
  NativeFiles Files;
  const jit::InputFile &Main = Inputs.front();
  if (Main.Native == jit::NativeKind::Object)
    Files.Objects.push_back(Main.Name);
  if (Main.Native == jit::NativeKind::Archive)
    Files.Archives.push_back(Main.Name);
  append_range(Files.Objects, Chosen.ExtraObjects);
  append_range(Files.Archives, Chosen.ExtraArchives);
  return Files;
}

std::vector<std::string> NativeFiles::hashes() const {
  std::vector<std::string> Hashes;
  for (const std::string &File : concat<const std::string>(Objects, Archives)) {
    auto Contents = MemoryBuffer::getFile(File, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
    // One that cannot be read is a failure of its own, later.
    Hashes.push_back("native " + (Contents
                                      ? jit::hashOf((*Contents)->getBuffer())
                                      : std::string()));
  }
  return Hashes;
}

Expected<jit::NativeInputs> NativeFiles::load(const Triple &Target) const {
  auto Loaded = jit::loadObjects(Objects, Target);
  if (!Loaded)
    return Loaded.error();
  auto Opened = jit::ArchiveSet::open(Archives);
  if (!Opened)
    return Opened.error();
  jit::NativeInputs Inputs;
  Inputs.Objects = std::move(*Loaded);
  Inputs.Archives = std::move(*Opened);
  return Inputs;
}

} // namespace remoterun
