//===- Symbols.cpp - Names to addresses in the executor -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/Symbols.h"
#include "executor/base/CString.h"
#include "executor/base/Libc.h"
#include "executor/loader/LibraryReferences.h"
#include "executor/loader/LinkMap.h"
#include "executor/symbols/CallerShims.h"
#include "executor/symbols/DefaultLibraries.h"
#include "executor/symbols/Inspection.h"
#include "executor/symbols/ShimTable.h"
#include "executor/symbols/StaticSymbols.h"
#include "executor/tls/EmulatedTls.h"

#include <algorithm>
#include <cstdint>
#include <dlfcn.h>

namespace remoterun::executor {

using wire::SymbolKind;

namespace {

/// Functions of libc that unwind the stack, or bring in code that does. libc
/// loads the unwinder for itself when it comes to that; the guest's unwind
/// tables must be known to it by then.
bool mayUnwind(std::string_view Name) {
  static constexpr std::string_view Names[] = {"pthread_exit", "pthread_cancel",
                                               "thrd_exit",    "backtrace",
                                               "dlopen",       "dlmopen"};
  for (std::string_view Known : Names)
    if (Name == Known)
      return true;
  return false;
}

bool loadsLibraries(const wire::Lookup::Symbol &Symbol) {
  return Symbol.Name == "dlopen" || Symbol.Name == "dlmopen";
}

/// Missing where \p Address is null.
wire::LookupReply::Symbol own(ExecutorAddr Address) {
  wire::LookupReply::Symbol Answer;
  Answer.Kind = Address.isNull() ? SymbolKind::Missing : SymbolKind::Own;
  Answer.Address = Address;
  return Answer;
}

/// The shim that stands in for what \p Name names. An old version may be
/// another function.
ExecutorAddr shimOf(const SymbolName &Name) {
  ExecutorAddr Shim = findShim(Name.Name);
  if (Shim.isNull() || Name.Version.empty())
    return Shim;
  void *Real = libc.dlvsym(RTLD_DEFAULT, CString(Name.Name).get(),
                           CString(Name.Version).get());
  return reinterpret_cast<uintptr_t>(shimFor(Real)) == Shim.value()
             ? Shim
             : ExecutorAddr();
}

bool isMissing(const wire::LookupReply::Symbol &Answer) {
  return Answer.Kind == SymbolKind::Missing;
}

} // namespace

Expected<void> Symbols::load(const wire::Load &Request) {
  return Libraries.add(Request);
}

Expected<wire::LookupReply> Symbols::lookup(const wire::Lookup &Request) {
  if (!Find && std::ranges::any_of(Request.Symbols, loadsLibraries))
    giveShimsToLibraries();
  ProcessSymbols = Request.ProcessSymbols;
  if (Request.LoadNow)
    if (auto Loaded = Libraries.loadAll(); !Loaded)
      return Loaded.error();
  Expected<wire::LookupReply> Reply =
      Request.LoadNow ? lookupLoading(Request) : lookupInspecting(Request);
  // They are loaded with the program.
  if (!Find && Reply && !Reply->Needed.empty())
    giveShimsToLibraries();
  if (Reply)
    for (size_t I = 0; I != Request.Symbols.size(); ++I) {
      Answer &Found = Reply->Symbols[I];
      if (!Request.Symbols[I].WantsSize)
        Found.Size = 0;
      if (Found.Size == 0 || Found.Kind != SymbolKind::Data)
        Found.DataAlignment = 0;
    }
  return Reply;
}

Symbols::Answer Symbols::findOwn(const SymbolName &Name) const {
  if (Find)
    if (ExecutorAddr Found = Find(Context, Name.Name); !Found.isNull())
      return own(Found);
  if (ProcessSymbols && !Find) {
    if (ExecutorAddr Found = findCallerShim(Name.Name); !Found.isNull())
      return own(Found);
    if (ExecutorAddr Found = shimOf(Name); !Found.isNull())
      return own(Found);
  }
  if (Name.Name == "__emutls_get_address")
    return own(ExecutorAddr(reinterpret_cast<uintptr_t>(&emulatedTlsAddress)));
  // dlsym(3) uses malloc where it finds nothing; and only a library that the
  // user named could define what a native link takes from an archive.
  if (Libraries.empty())
    return own(findStaticSymbol(Name.Name));
  return {};
}

//===----------------------------------------------------------------------===//
// In libraries that are loaded for it
//===----------------------------------------------------------------------===//

ExecutorAddr Symbols::findInLoaded(const SymbolName &Name) {
  CString Terminated(Name.Name), Version(Name.Version);
  auto FindIn = [&](void *Handle) {
    return Name.Version.empty()
               ? libc.dlsym(Handle, Terminated.get())
               : libc.dlvsym(Handle, Terminated.get(), Version.get());
  };
  if (ProcessSymbols)
    return ExecutorAddr(reinterpret_cast<uintptr_t>(FindIn(RTLD_DEFAULT)));
  for (const RequestedLibraries::Library &Library : Libraries.all())
    if (void *Found = FindIn(Library.Handle))
      return ExecutorAddr(reinterpret_cast<uintptr_t>(Found));
  return {};
}

bool Symbols::loadDefaultFor(std::string_view Name) {
  for (unsigned Index : defaultLibrariesFor(Name))
    if (Libraries.loadDefault(Index))
      return true;
  return false;
}

Symbols::Answer Symbols::findLoading(const SymbolName &Name, bool MayLoad) {
  if (Answer Own = findOwn(Name); !isMissing(Own))
    return Own;
  do {
    if (ExecutorAddr Found = findInLoaded(Name); !Found.isNull())
      return {.Kind = SymbolKind::Function, .Address = Found};
    if (Answer Own = own(findStaticSymbol(Name.Name)); !isMissing(Own))
      return Own;
  } while (MayLoad && ProcessSymbols && loadDefaultFor(Name.Name));
  return {};
}

/// By the tables of all that is loaded.
static void describeFound(const wire::Lookup &Request,
                          wire::LookupReply &Reply) {
  LibraryClosure Loaded;
  for (size_t I = 0; I != Request.Symbols.size(); ++I) {
    wire::LookupReply::Symbol &Found = Reply.Symbols[I];
    if (Found.Kind != SymbolKind::Function)
      continue;
    if (auto Known = findAmongLoaded(
            Loaded, *SymbolName::parse(Request.Symbols[I].Name)))
      Found = {Known->Symbol.Kind, Found.Address, Known->Symbol.Size, 0};
  }
  ReferencedNames Referenced(Request.Spare.span());
  Referenced.markThoseOfLibraries();
  Reply.Referenced = Referenced.indices();
}

Expected<wire::LookupReply>
Symbols::lookupLoading(const wire::Lookup &Request) {
  wire::LookupReply Reply;
  Reply.Symbols.resize(Request.Symbols.size());
  // Strong names first: a weak one is found only in what they loaded.
  for (bool Weak : {false, true}) {
    for (size_t I = 0; I != Request.Symbols.size(); ++I) {
      const wire::Lookup::Symbol &Symbol = Request.Symbols[I];
      if (Symbol.Weak != Weak)
        continue;
      if (ProcessSymbols && mayUnwind(Symbol.Name))
        Libraries.loadDefault(LibGcc);
      auto Name = SymbolName::parse(Symbol.Name);
      Reply.Symbols[I] =
          Name ? findLoading(*Name, /*MayLoad=*/!Weak) : Answer();
    }
  }
  // Last, since the libraries that were loaded for the symbols count as well.
  struct Description {
    const wire::Lookup &Request;
    wire::LookupReply &Reply;
  } Wanted = {Request, Reply};
  holdLinkMap(
      [](void *Its) {
        auto &[Request, Reply] = *static_cast<Description *>(Its);
        describeFound(Request, Reply);
      },
      &Wanted);
  return Reply;
}

//===----------------------------------------------------------------------===//
// In files
//===----------------------------------------------------------------------===//

Expected<wire::LookupReply>
Symbols::lookupInspecting(const wire::Lookup &Request) {
  Inspection Files(Libraries, ProcessSymbols);
  for (const wire::Lookup::Symbol &Symbol : Request.Symbols)
    if (auto Name = SymbolName::parse(Symbol.Name);
        Name && !Symbol.Weak && isMissing(findOwn(*Name)) &&
        findStaticSymbol(Name->Name).isNull())
      Files.demand(*Name);
  Files.requireDemanded();
  wire::LookupReply Reply;
  for (const wire::Lookup::Symbol &Symbol : Request.Symbols) {
    Answer Found;
    if (auto Name = SymbolName::parse(Symbol.Name)) {
      Found = findOwn(*Name);
      if (isMissing(Found))
        Found = Files.answerFor(*Name);
      if (isMissing(Found))
        Found = own(findStaticSymbol(Name->Name));
    }
    Reply.Symbols.push(Found);
  }
  if (auto Completed = Files.complete(Request.Spare.span(), Reply); !Completed)
    return Completed.error();
  return Reply;
}

} // namespace remoterun::executor
