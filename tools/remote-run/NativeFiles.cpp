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
    Files.Inputs.push_back({jit::LinkInput::Kind::Object, Main.Name});
  if (Main.Native == jit::NativeKind::Archive)
    Files.Inputs.push_back({jit::LinkInput::Kind::Archive, Main.Name});
  append_range(Files.Inputs, Chosen.Link.Inputs);
  return Files;
}

bool NativeFiles::empty() const {
  return none_of(
      Inputs, [](const jit::LinkInput &Input) { return Input.isLinkedIn(); });
}

Expected<void> readNativeFiles(const Options &Chosen, Workshop &Shop) {
  if (Shop.Native)
    return {};
  bool ForGood = Shop.Cache.has_value();
  auto Read = jit::readNativeFiles(Chosen.Link.Inputs, ForGood);
  if (!Read)
    return Read.error();
  const jit::InputFile &Main = Shop.Inputs.front();
  // It has been read.
  if (Main.Native != jit::NativeKind::None)
    Read->insert(Read->begin(), {{Main.Native == jit::NativeKind::Object
                                      ? jit::LinkInput::Kind::Object
                                      : jit::LinkInput::Kind::Archive,
                                  Main.Name},
                                 Main.Linked});
  Shop.Native = std::move(*Read);
  return {};
}

Expected<jit::NativeInputs>
loadNativeInputs(const Options &Chosen, Workshop &Shop, const Triple &Target) {
  if (auto Read = readNativeFiles(Chosen, Shop); !Read)
    return Read.error();
  return jit::NativeInputs::open(*Shop.Native, Target);
}

} // namespace remoterun
