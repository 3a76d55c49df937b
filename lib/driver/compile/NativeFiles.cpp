//===- NativeFiles.cpp - The objects and archives of a program ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/NativeFiles.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

/// What \p Main is to the link, if it is no IR.
std::optional<jit::LinkInput> asLinkInput(const jit::InputFile &Main) {
  switch (Main.Native) {
  case jit::NativeKind::None:
    return std::nullopt;
  case jit::NativeKind::Object:
    return jit::LinkInput{.What = jit::LinkInput::Kind::Object,
                          .File = Main.Name,
                          .IsMain = true};
  case jit::NativeKind::Archive:
    return jit::LinkInput{.What = jit::LinkInput::Kind::Archive,
                          .File = Main.Name,
                          .IsMain = true};
  }
  return std::nullopt;
}

} // namespace

std::vector<jit::LinkInput> linkInputs(const LinkSettings &Settings,
                                       const jit::InputFile &Main) {
  std::vector<jit::LinkInput> Inputs;
  if (auto First = asLinkInput(Main))
    Inputs.push_back(std::move(*First));
  append_range(Inputs, Settings.Inputs);
  return Inputs;
}

Expected<void> readNativeFiles(Compilation &Work) {
  if (Work.Read.Native)
    return {};
  bool ForGood = Work.Cache.has_value();
  auto Read = jit::readNativeFiles(Work.Settings.Link.Inputs, ForGood);
  if (!Read)
    return Read.error();
  const jit::InputFile &Main = Work.Read.Inputs.front();
  // It has been read.
  if (auto First = asLinkInput(Main)) {
    // Nothing of a module is asked for yet.
    if (Work.Settings.Compile.IsOpenWorld &&
        First->What == jit::LinkInput::Kind::Archive)
      First->What = jit::LinkInput::Kind::WholeArchive;
    Read->insert(Read->begin(), {std::move(*First), Main.Linked});
  }
  Work.Read.Native = std::move(*Read);
  return {};
}

Expected<jit::NativeInputs> loadNativeInputs(Compilation &Work,
                                             const Triple &Target) {
  if (auto Read = readNativeFiles(Work); !Read)
    return Read.error();
  return jit::NativeInputs::open(*Work.Read.Native, Target,
                                 Work.Settings.Link.Rules);
}

} // namespace remoterun::driver
