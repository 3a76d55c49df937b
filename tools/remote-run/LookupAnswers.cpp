//===- LookupAnswers.cpp - What a question and its answer mean
//---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LookupAnswers.h"

using namespace llvm;

namespace remoterun {

using controller::Session;

Expected<void>
loadSpare(const Options &Chosen,
          function_ref<bool(const LinkLine::SpareLibrary &)> IsNeeded,
          Workshop &Shop, Session &Link) {
  wire::Load Request;
  Request.LoadNow = !Chosen.AsImage;
  for (const LinkLine::SpareLibrary &Library : Chosen.Link.Spare)
    if (IsNeeded(Library) && Shop.SpareLoaded.insert(Library.Text).second)
      Request.Libraries.push({wire::Load::Kind::Path, Library.Text});
  return Request.Libraries.empty() ? Expected<void>() : Link.load(Request);
}

bool isForLibraries(const jit::ProgramSymbols::Definition &Found) {
  return Found.IsExported || Found.IsInlineVariable;
}

bool isImported(const Options &Chosen,
                const wire::LookupReply::Symbol &Answer) {
  // Where a thread has its variable is for the dynamic linker to say.
  if (Chosen.AsImage && Answer.Kind == wire::SymbolKind::ThreadLocal)
    return true;
  return Answer.Kind != wire::SymbolKind::Missing && Answer.Address.isNull();
}

jit::ImportedSymbol imported(const wire::LookupReply::Symbol &Answer,
                             const wire::LookupReply &Reply) {
  jit::ImportedSymbol Symbol = {Answer.Kind, Answer.Size, "", ""};
  if (Answer.Version != 0) {
    const auto &Version = Reply.Versions[Answer.Version - 1];
    Symbol.Library = Version.Library;
    Symbol.Version = Version.Name;
  }
  return Symbol;
}

void noteNeeded(const wire::LookupReply &Reply, Workshop &Shop) {
  Shop.Needed.assign(Reply.Needed.begin(), Reply.Needed.end());
}

} // namespace remoterun
