//===- ProgramSymbols.cpp - Symbol resolution over all objects ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ProgramSymbols.h"
#include "jit/base/LlvmErrors.h"
#include "jit/base/SymbolNames.h"
#include "jit/object/ElfView.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

using Strength = ProgramSymbols::Definition::Strength;

namespace {

/// Defined by the linker itself: the joined object's GOT, ThreadLocals and
/// RuntimeDyld do so.
bool isLinkerDefined(StringRef Name) {
  return Name == "_GLOBAL_OFFSET_TABLE_" || Name == "_TLS_MODULE_BASE_" ||
         Name == ".TOC.";
}

/// "f@@V" defines f, and is what f@V means, too (GNU as, ".symver").
constexpr StringLiteral DefaultVersion = "@@";

/// What \p Symbol defines, in \p Section.
template <typename SymT>
ProgramSymbols::Definition definitionOf(const SymT &Symbol, uint64_t Section,
                                        StringRef Name) {
  ProgramSymbols::Definition New;
  bool IsWeak = Symbol.getBinding() == ELF::STB_WEAK ||
                // An inline variable in g++'s objects.
                Symbol.getBinding() == ELF::STB_GNU_UNIQUE;
  New.How = IsWeak ? Strength::Weak : Strength::Strong;
  New.Size = Symbol.st_size;
  if (Symbol.isCommon()) {
    New.How = Strength::Common;
    // Which is its value (gABI, "Symbol Values").
    New.CommonAlignment = std::max<uint64_t>(Symbol.st_value, 1);
  } else {
    New.IsAbsolute = Symbol.isAbsolute();
    New.Section = Section;
    New.Value = Symbol.st_value;
  }
  uint8_t Type = New.Type = Symbol.getType();
  New.IsIfunc = Type == ELF::STT_GNU_IFUNC;
  New.IsThreadLocal = Type == ELF::STT_TLS;
  bool IsOfTemplates = IsWeak && isMangled(Name);
  New.IsExported =
      Type == ELF::STT_FUNC || (Type == ELF::STT_OBJECT && !IsOfTemplates);
  return New;
}

} // namespace

void ProgramSymbols::define(StringRef Name, Definition New) {
  std::optional<Definition> &Known = Symbols[Name].Defined;
  if (!Known) {
    Known = New;
    return;
  }
  Definition &Old = *Known;
  if (Old.How == Strength::Strong && New.How == Strength::Strong)
    Duplicates.add(Name, fileOf(Name, Old.Object), fileOf(Name, New.Object));
  bool AreCommon = New.isCommon() && Old.isCommon();
  if (AreCommon)
    New.CommonAlignment = Old.CommonAlignment =
        std::max(New.CommonAlignment, Old.CommonAlignment);
  if (New.How > Old.How || (AreCommon && New.Size > Old.Size))
    Old = New;
}

void ProgramSymbols::refer(StringRef Name, bool IsWeak) {
  auto Entry = Symbols.try_emplace(Name).first;
  if (!Entry->second.IsReferenced)
    ReferenceOrder.push_back(Entry->first());
  Entry->second.IsReferenced = true;
  Entry->second.IsWeakReference &= IsWeak;
}

std::string ProgramSymbols::fileOf(StringRef Name, size_t Object) const {
  return FileOfIR && Objects[Object].IsCompiledIR ? FileOfIR(Name)
                                                  : Objects[Object].Name;
}

Expected<void> ProgramSymbols::add(const ProgramObject &Object) {
  Objects.push_back({Object.Name, Object.IsCompiledIR, {}});
  Error E = withElfType(
      Object.Bytes, [&]<typename ELFT>() { return addObject<ELFT>(Object); });
  if (E)
    return fromLlvm(Blame::Input,
                    "cannot read the symbols of '" + Object.Name + "'",
                    std::move(E));
  return {};
}

void ProgramSymbols::skip() { Objects.emplace_back(); }

template <typename ELFT>
Error ProgramSymbols::addObject(const ProgramObject &Object) {
  auto View = ElfView<ELFT>::create(Object.Bytes);
  if (!View)
    return View.takeError();
  BitVector &Discarded = Objects.back().Discarded;
  for (const auto &Section : View->sections()) {
    if (Section.sh_type != ELF::SHT_GROUP)
      continue;
    auto Group = View->groupOf(Section);
    if (!Group)
      return Group.takeError();
    if (!Group->IsComdat || Groups.insert(Group->Signature).second)
      continue;
    Discarded.resize(View->sections().size());
    for (uint32_t Member : Group->Members)
      Discarded.set(Member);
  }
  for (const auto &Each : View->symbols()) {
    if (Each.getBinding() == ELF::STB_LOCAL)
      continue;
    auto Name = View->nameOf(Each);
    if (!Name)
      return Name.takeError();
    if (Each.getVisibility() == ELF::STV_HIDDEN ||
        Each.getVisibility() == ELF::STV_INTERNAL)
      Symbols[*Name].IsHidden = true;
    uint32_t Section = View->sectionOf(Each);
    bool IsLost = Section < Discarded.size() && Discarded[Section];
    if (Each.isUndefined() || IsLost) {
      if (!isLinkerDefined(*Name))
        refer(*Name, Each.getBinding() == ELF::STB_WEAK);
      continue;
    }
    Definition New = definitionOf(Each, Section, *Name);
    New.Object = Objects.size() - 1;
    auto [Plain, Version] = Name->split(DefaultVersion);
    define(Plain, New);
    if (!Version.empty())
      define((Plain + "@" + Version).str(), New);
  }
  return Error::success();
}

void ProgramSymbols::require(const std::string &Name) {
  refer(Name, /*IsWeak=*/false);
}

const ProgramSymbols::Definition *ProgramSymbols::find(StringRef Name) const {
  auto Found = Symbols.find(Name);
  if (Found != Symbols.end() && Found->second.Defined)
    return &*Found->second.Defined;
  return nullptr;
}

bool ProgramSymbols::isDefinedStrongly(StringRef Name) const {
  const Definition *Found = find(Name);
  return Found && Found->How == Strength::Strong;
}

bool ProgramSymbols::isDefinedAsCommon(StringRef Name) const {
  const Definition *Found = find(Name);
  return Found && Found->isCommon();
}

bool ProgramSymbols::isWanted(StringRef Name) const {
  auto Found = Symbols.find(Name);
  return Found != Symbols.end() && !Found->second.Defined &&
         Found->second.IsReferenced && !Found->second.IsWeakReference;
}

bool ProgramSymbols::isWeak(StringRef Name) const {
  auto Found = Symbols.find(Name);
  return Found == Symbols.end() || Found->second.IsWeakReference;
}

bool ProgramSymbols::isDiscarded(size_t Object, uint64_t Section) const {
  const BitVector &Discarded = Objects[Object].Discarded;
  return Section < Discarded.size() && Discarded[Section];
}

void ProgramSymbols::forEach(
    function_ref<void(StringRef, const Definition &)> Visit) const {
  for (const auto &Entry : Symbols) {
    if (!Entry.second.Defined)
      continue;
    Definition Found = *Entry.second.Defined;
    Found.IsExported &= !Entry.second.IsHidden;
    Visit(Entry.first(), Found);
  }
}

std::vector<std::pair<std::string, ProgramSymbols::Undefined>>
ProgramSymbols::undefined() const {
  std::vector<std::pair<std::string, Undefined>> Result;
  for (StringRef Name : ReferenceOrder) {
    const Symbol &Its = Symbols.find(Name)->second;
    if (!Its.Defined)
      Result.emplace_back(Name.str(), Undefined{Its.IsWeakReference});
  }
  return Result;
}

} // namespace remoterun::jit
