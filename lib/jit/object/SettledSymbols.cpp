//===- SettledSymbols.cpp - What all inputs make of symbols ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of ProgramSymbols that comes after the objects: libraries, options,
// and what others can find.
//
//===----------------------------------------------------------------------===//

#include "jit/object/ProgramSymbols.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace remoterun::jit {

Expected<void> ProgramSymbols::assign(const SymbolRules::Assignment &Wanted) {
  SymbolDefinition New;
  if (Wanted.Symbol.empty()) {
    New.Kind = SymbolKind::Absolute;
    New.Binding = SymbolBinding::Global;
  } else {
    const Symbol *Of = find(Wanted.Symbol);
    if (!Of)
      return Failure{Blame::Usage, "--defsym=" + Wanted.Name +
                                       ": the program "
                                       "does not define '" +
                                       Wanted.Symbol + "'"};
    New = *Of;
    if (Of->isCommon() && Of->Common.empty())
      New.Common = Symbols.find(Wanted.Symbol)->first();
  }
  New.IsAssigned = true;
  New.Value += Wanted.Offset;
  // What is said there of a function is said of where it starts.
  if (Wanted.Offset != 0)
    New.Other = 0;
  define(*Symbols.try_emplace(Wanted.Name).first, New);
  return {};
}

bool ProgramSymbols::refersToPlugIns() const {
  return any_of(ReferenceOrder, [&](StringRef Name) {
    return mayLoadPlugIns(Name) && !find(Name);
  });
}

/// What GNU ld does where a library has a symbol, too (bfd's elflink.c).
void ProgramSymbols::agreeWith(const DynamicSymbol &Other) {
  auto Found = Symbols.find(Other.Name);
  if (Found == Symbols.end() || !Found->second.isDefined())
    return;
  Symbol &Its = Found->second;
  // A variable is not what a library calls, whatever it is called.
  if ((Its.isFunction() && Other.IsVariable) ||
      (Its.isVariable() && Other.IsFunction))
    Its.Exports = SymbolDefinition::Export::Never;
  if (!Its.isCommon() || !Other.IsDefined || !Other.IsVariable || Other.IsWeak)
    return;
  if (Other.IsZero)
    return makeRoomFor(Other);
  // A real definition, which a common one is a reference to.
  Its.undefine();
  refer(Other.Name, /*IsWeak=*/false);
}

/// What starts as zeroes is as good as common.
void ProgramSymbols::makeRoomFor(const DynamicSymbol &Other) {
  auto Found = Symbols.find(Other.Name);
  if (!Other.IsDefined || !Other.IsVariable || !Other.IsZero ||
      Found == Symbols.end() || !Found->second.isCommon())
    return;
  Symbol &Its = Found->second;
  Its.Size = std::max(Its.Size, Other.Size);
  Its.CommonAlignment = std::max(Its.CommonAlignment, Other.Alignment);
}

void ProgramSymbols::meet(const std::string &Library, bool IfNeeded) {
  Libraries.push_back({Library, !IfNeeded});
  linkIfNeeded(Libraries.back());
}

void ProgramSymbols::linkIfNeeded(LibraryFile &Library) {
  bool WasLinked = Library.IsLinked;
  forEachDynamicEntryOf(Library.Path, [&](const DynamicSymbol &Its) {
    if (Its.IsDefined && isWanted(Its.Name))
      Library.IsLinked |= InLibraries.insert(Its.Name).second && !WasLinked;
  });
}

bool ProgramSymbols::isLinked(StringRef Library) const {
  return any_of(Libraries, [&](const LibraryFile &Each) {
    return Each.IsLinked && Each.Path == Library;
  });
}

/// Those that are not linked against, and loaded all the same.
std::vector<std::string> ProgramSymbols::neededByLibraries() const {
  std::vector<std::string> Found;
  if (all_of(Libraries, [](const LibraryFile &Each) { return Each.IsLinked; }))
    return Found;
  StringSet<> Needed;
  for (const LibraryFile &Library : Libraries)
    if (Library.IsLinked)
      forEachDynamicNameOf(Library.Path, [&](uint64_t Tag, StringRef Name) {
        if (Tag == ELF::DT_NEEDED)
          Needed.insert(sys::path::filename(Name));
      });
  for (const LibraryFile &Library : Libraries) {
    if (Library.IsLinked)
      continue;
    bool IsNeeded = Needed.contains(sys::path::filename(Library.Path));
    forEachDynamicNameOf(Library.Path, [&](uint64_t Tag, StringRef Name) {
      IsNeeded |= Tag == ELF::DT_SONAME && Needed.contains(Name);
    });
    if (IsNeeded)
      Found.push_back(Library.Path);
  }
  return Found;
}

Expected<void> ProgramSymbols::settle() {
  using Export = SymbolDefinition::Export;
  for (LibraryFile &Library : Libraries) {
    // What came behind it may want it, too, as for lld.
    if (!Library.IsLinked)
      linkIfNeeded(Library);
    if (Library.IsLinked)
      forEachDynamicEntryOf(
          Library.Path, [&](const DynamicSymbol &Other) { agreeWith(Other); });
  }
  for (const std::string &Path : neededByLibraries())
    forEachDynamicEntryOf(
        Path, [&](const DynamicSymbol &Other) { makeRoomFor(Other); });
  for (const SymbolRules::Assignment &Each : Rules->Assignments)
    if (auto Done = assign(Each); !Done)
      return Done;
  for (const std::string &Name : Rules->Required)
    if (!find(Name))
      return Failure{Blame::Usage, "--require-defined=" + Name +
                                       ": the program does not define it"};
  const ExportRules &Exported = Rules->Exports;
  bool IsAll = Exported.Everything.value_or(refersToPlugIns());
  for (auto *Entry : DefinitionOrder) {
    Symbol &Its = Entry->second;
    if (!Its.isDefined())
      continue;
    if (Its.isHidden() || Exported.Versions.hides(Entry->first()))
      Its.Exports = Export::Never;
    bool IsFound = Its.Exports != Export::Never;
    Its.IsExported &= IsFound;
    if (IsFound && (IsAll || Exported.lists(Entry->first(), Its.isVariable())))
      Its.Exports = Export::Always;
  }
  return {};
}

bool ProgramSymbols::exportsForStartFiles(StringRef Name,
                                          bool IsVariable) const {
  auto Known = Symbols.find(Name);
  if (Known != Symbols.end() &&
      (Known->second.isDefined() || Known->second.isHidden()))
    return false;
  const ExportRules &Exported = Rules->Exports;
  return !Exported.Versions.hides(Name) &&
         (Exported.Everything.value_or(refersToPlugIns()) ||
          Exported.lists(Name, IsVariable));
}

void ProgramSymbols::defineForLibraries(const std::string &Name, size_t Object,
                                        uint64_t Section, uint64_t Offset) {
  auto &Entry = *Symbols.try_emplace(Name).first;
  if (Entry.second.isDefined())
    return;
  SymbolDefinition New;
  New.Kind = SymbolKind::Defined;
  New.Binding = SymbolBinding::Global;
  New.Object = Object;
  New.Section = Section;
  New.Value = Offset;
  New.IsExported = !Entry.second.isHidden();
  define(Entry, New);
}

} // namespace remoterun::jit
