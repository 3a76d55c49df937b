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

namespace {

/// What \p Main is to the link, if it is no IR.
std::optional<jit::LinkInput> asLinkInput(const jit::InputFile &Main) {
  switch (Main.Native) {
  case jit::NativeKind::None:
    return std::nullopt;
  case jit::NativeKind::Object:
    return jit::LinkInput{jit::LinkInput::Kind::Object, Main.Name};
  case jit::NativeKind::Archive:
    return jit::LinkInput{jit::LinkInput::Kind::Archive, Main.Name};
  }
  return std::nullopt;
}

} // namespace

std::vector<jit::LinkInput> linkInputs(const Options &Chosen,
                                       const jit::InputFile &Main) {
  std::vector<jit::LinkInput> Inputs;
  if (auto First = asLinkInput(Main))
    Inputs.push_back(std::move(*First));
  append_range(Inputs, Chosen.Link.Inputs);
  return Inputs;
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
  if (auto First = asLinkInput(Main))
    Read->insert(Read->begin(), {std::move(*First), Main.Linked});
  Shop.Native = std::move(*Read);
  return {};
}

Expected<jit::NativeInputs>
loadNativeInputs(const Options &Chosen, Workshop &Shop, const Triple &Target) {
  if (auto Read = readNativeFiles(Chosen, Shop); !Read)
    return Read.error();
  return jit::NativeInputs::open(*Shop.Native, Target, Chosen.Link.Rules);
}

} // namespace remoterun
