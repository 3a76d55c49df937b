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

Expected<void> readNativeFiles(const Options &Chosen, Workshop &Shop) {
  if (Shop.Native)
    return {};
  bool ForGood = Shop.Cache.has_value();
  auto Objects = jit::readNativeFiles(Chosen.ExtraObjects, ForGood);
  if (!Objects)
    return Objects.error();
  auto Archives = jit::readNativeFiles(Chosen.ExtraArchives, ForGood);
  if (!Archives)
    return Archives.error();
  const jit::InputFile &Main = Shop.Inputs.front();
  if (Main.Native == jit::NativeKind::Object)
    Objects->insert(Objects->begin(), {Main.Name, Main.Linked});
  if (Main.Native == jit::NativeKind::Archive)
    Archives->insert(Archives->begin(), {Main.Name, Main.Linked});
  Shop.Native = {std::move(*Objects), std::move(*Archives)};
  return {};
}

Expected<jit::NativeInputs>
loadNativeInputs(const Options &Chosen, Workshop &Shop, const Triple &Target) {
  if (auto Read = readNativeFiles(Chosen, Shop); !Read)
    return Read.error();
  auto Objects = jit::loadObjects(Shop.Native->Objects, Target);
  if (!Objects)
    return Objects.error();
  auto Archives = jit::ArchiveSet::open(Shop.Native->Archives);
  if (!Archives)
    return Archives.error();
  jit::NativeInputs Inputs;
  Inputs.Objects = std::move(*Objects);
  Inputs.Archives = std::move(*Archives);
  return Inputs;
}

} // namespace remoterun
