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

#include "llvm/ADT/STLExtras.h"
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
  New.Other = Symbol.st_other;
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
  New.IsFunction = Type == ELF::STT_FUNC || New.IsIfunc;
  New.IsVariable = Type == ELF::STT_OBJECT || New.isCommon();
  bool IsOfTemplates = IsWeak && isMangled(Name);
  New.IsInlineVariable = Type == ELF::STT_OBJECT && IsOfTemplates;
  New.IsExported = New.IsFunction || New.IsThreadLocal ||
                   (Type == ELF::STT_OBJECT && !New.IsInlineVariable);
  return New;
}

} // namespace

const SymbolRules &ProgramSymbols::noRules() {
  static const SymbolRules None;
  return None;
}

ProgramSymbols::ProgramSymbols(FileNaming FileOfIR, const SymbolRules &Rules)
    : FileOfIR(std::move(FileOfIR)), Rules(&Rules) {
  for (const SymbolRules::Assignment &Each : Rules.Assignments) {
    Symbols[Each.Name].IsAssigned = true;
    if (!Each.Symbol.empty())
      require(Each.Symbol);
  }
  for (const std::string &Name : Rules.Undefined)
    require(Name);
  for (const std::string &Name : Rules.Required)
    require(Name);
}

void ProgramSymbols::define(StringRef Name, Definition New) {
  auto &Entry = *Symbols.try_emplace(Name).first;
  if (Entry.second.IsAssigned)
    return;
  std::optional<Definition> &Known = Entry.second.Defined;
  if (!Known) {
    define(Entry, New);
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

void ProgramSymbols::define(StringMapEntry<Symbol> &Entry,
                            const Definition &New) {
  if (!Entry.second.WasDefined)
    DefinitionOrder.push_back(&Entry);
  Entry.second.WasDefined = true;
  Entry.second.Defined = New;
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

/// Of "f@V" and "f" in one place (GNU as, ".symver") the second is the
/// program's own: to libraries there is only "f" of that version.
void ProgramSymbols::hideUnversioned(StringRef Versioned) {
  auto Plain = Symbols.find(Versioned.take_front(Versioned.find('@')));
  const Definition *Its = find(Versioned);
  if (!Its || Plain == Symbols.end() || !Plain->second.Defined)
    return;
  Definition &Unversioned = *Plain->second.Defined;
  if (Unversioned.Object == Its->Object &&
      Unversioned.Section == Its->Section && Unversioned.Value == Its->Value)
    Unversioned.Exports = Definition::Export::Never;
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
  bool IsExcluded = Rules->Exports.excludes(Object.Archive);
  std::vector<StringRef> OfOldVersions;
  for (const auto &Each : View->symbols()) {
    if (Each.getBinding() == ELF::STB_LOCAL)
      continue;
    auto Name = View->nameOf(Each);
    if (!Name)
      return Name.takeError();
    if (Each.getVisibility() == ELF::STV_HIDDEN ||
        Each.getVisibility() == ELF::STV_INTERNAL)
      Symbols[*Name].IsHidden = true;
    if (Each.getVisibility() != ELF::STV_DEFAULT)
      Symbols[*Name].IsOwn = true;
    uint32_t Section = View->sectionOf(Each);
    bool IsLost = Section < Discarded.size() && Discarded[Section];
    if (Each.isUndefined() || IsLost) {
      if (!isLinkerDefined(*Name))
        refer(IsLost ? *Name : meaningOf(Objects.size() - 1, *Name),
              Each.getBinding() == ELF::STB_WEAK);
      continue;
    }
    Definition New = definitionOf(Each, Section, *Name);
    New.Object = Objects.size() - 1;
    if (IsExcluded)
      New.Exports = Definition::Export::Never;
    auto [Plain, Version] = Name->split(DefaultVersion);
    define(Plain, New);
    if (!Version.empty())
      define((Plain + "@" + Version).str(), New);
    else if (Name->contains('@'))
      OfOldVersions.push_back(*Name);
  }
  for (StringRef Name : OfOldVersions)
    hideUnversioned(Name);
  return Error::success();
}

Expected<void>
ProgramSymbols::expectCompiled(ArrayRef<ProgramObject> Compiled) {
  CompiledCount = Compiled.size();
  if (!Rules->wrapsAny())
    return {};
  ProgramSymbols Own;
  for (const ProgramObject &Object : Compiled)
    if (auto Added = Own.add(Object); !Added)
      return Added;
  Own.forEach([&](StringRef Name, const Definition &) {
    if (Rules->wraps(Name))
      WrappedAndCompiled.insert(Name);
  });
  return {};
}

StringRef ProgramSymbols::meaningOf(size_t Object, StringRef Name) const {
  bool IsReal = Object < CompiledCount && WrappedAndCompiled.contains(Name);
  return IsReal ? Name : Rules->meaningOf(Name);
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

bool ProgramSymbols::isWeakAndOwn(StringRef Name) const {
  auto Found = Symbols.find(Name);
  return Found != Symbols.end() && Found->second.IsOwn &&
         Found->second.IsWeakReference;
}

bool ProgramSymbols::isDiscarded(size_t Object, uint64_t Section) const {
  const BitVector &Discarded = Objects[Object].Discarded;
  return Section < Discarded.size() && Discarded[Section];
}

void ProgramSymbols::forEach(
    function_ref<void(StringRef, const Definition &)> Visit) const {
  for (const auto *Entry : DefinitionOrder)
    if (Entry->second.Defined)
      Visit(Entry->first(), *Entry->second.Defined);
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
