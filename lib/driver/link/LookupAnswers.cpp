//===- LookupAnswers.cpp - What a question and its answer mean ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/ProgramLinker.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun::driver {

Expected<void>
ProgramLinker::loadSpare(function_ref<bool(const Library &)> IsNeeded) {
  wire::Load Request;
  Request.LoadNow = !Settings.Link.AsImage;
  const std::vector<Library> &All = Settings.Link.Spare;
  for (uint32_t Number = 0; Number != All.size(); ++Number) {
    auto IsThis = [&](uint32_t Loaded) {
      return All[Loaded].Text == All[Number].Text;
    };
    if (any_of(SpareLoaded, IsThis) || !IsNeeded(All[Number]))
      continue;
    SpareLoaded.push_back(Number);
    Request.Libraries.push({wire::Load::Kind::Path, All[Number].Text});
  }
  if (Request.Libraries.empty())
    return {};
  // What was said before was said without these.
  Needed = {};
  Early.forgetAnswer();
  return Link.load(Request);
}

bool isForLibraries(const jit::Symbol &Found) {
  return Found.IsExported || Found.IsInlineVariable;
}

bool ProgramLinker::isImported(const wire::LookupReply::Symbol &Answer) const {
  // Where a thread has its variable is for the dynamic linker to say.
  if (Settings.Link.AsImage && Answer.Kind == wire::SymbolKind::ThreadLocal)
    return true;
  return Answer.Kind != wire::SymbolKind::Missing && Answer.Address.isNull();
}

bool ProgramLinker::isImportable(
    const wire::LookupReply::Symbol &Answer) const {
  return Settings.Link.AsImage && (Answer.Kind == wire::SymbolKind::Function ||
                                   Answer.Kind == wire::SymbolKind::Data);
}

StringSet<> ProgramLinker::directNames() const {
  StringSet<> Names;
  for (const auto &Each : Program.Joined.Outside)
    if (!Each.IsPointerInData)
      Names.insert(Program.Joined.Undefined[Each.Name]);
  return Names;
}

jit::ImportedSymbol imported(const wire::LookupReply::Symbol &Answer,
                             const wire::LookupReply &Reply) {
  jit::ImportedSymbol Symbol = {.Kind = Answer.Kind,
                                .Size = Answer.Size,
                                .Alignment = uint64_t(1)
                                             << Answer.DataAlignment,
                                .Library = "",
                                .Version = "",
                                .IsLoaded = !Answer.Address.isNull()};
  if (Answer.Version != 0) {
    const auto &Version = Reply.Versions[Answer.Version - 1];
    Symbol.Library = Version.Library;
    Symbol.Version = Version.Name;
  }
  return Symbol;
}

void ProgramLinker::noteNeeded(const wire::LookupReply &Reply) {
  Needed.Names.assign(Reply.Needed.begin(), Reply.Needed.end());
  Needed.RunPath.clear();
  for (std::string_view Directory : Reply.Directories) {
    Needed.RunPath += Needed.RunPath.empty() ? "" : ":";
    Needed.RunPath += Directory;
  }
}

Expected<void> loadLibraries(const LinkSettings &Settings,
                             controller::Session &Link) {
  if (Settings.Libraries.empty())
    return {};
  wire::Load Request;
  Request.LoadNow = !Settings.AsImage;
  for (const std::string &Directory : Settings.Directories)
    Request.Directories.push(Directory);
  for (const LinkSettings::Library &Library : Settings.Libraries)
    Request.Libraries.push({Library.NamedBy, Library.Text});
  return Link.load(Request);
}

} // namespace remoterun::driver
