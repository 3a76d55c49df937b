//===- ProgramSymbols.cpp - Symbol resolution over all objects ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ProgramSymbols.h"
#include "jit/base/ElfView.h"
#include "jit/base/LlvmErrors.h"
#include "jit/base/SymbolNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// Defined by the linker itself: the joined object's GOT, ThreadLocals and
/// RuntimeDyld do so.
bool isLinkerDefined(StringRef Name) {
  return Name == "_GLOBAL_OFFSET_TABLE_" || Name == "_TLS_MODULE_BASE_" ||
         Name == ".TOC.";
}

/// What \p Symbol defines, in \p Section.
template <typename SymT>
SymbolDefinition definitionOf(const SymT &Symbol, uint64_t Section,
                              StringRef Name) {
  SymbolDefinition New;
  bool IsWeak = Symbol.getBinding() == ELF::STB_WEAK ||
                // An inline variable in g++'s objects.
                Symbol.getBinding() == ELF::STB_GNU_UNIQUE;
  New.Binding = IsWeak ? SymbolBinding::Weak : SymbolBinding::Global;
  New.Size = Symbol.st_size;
  New.Type = Symbol.getType();
  New.Other = Symbol.st_other;
  if (Symbol.isCommon()) {
    New.Kind = SymbolKind::Common;
    // Which is its value (gABI, "Symbol Values").
    New.CommonAlignment = std::max<uint64_t>(Symbol.st_value, 1);
  } else {
    New.Kind = Symbol.isAbsolute() ? SymbolKind::Absolute : SymbolKind::Defined;
    New.Section = Section;
    New.Value = Symbol.st_value;
  }
  bool IsObject = New.Type == ELF::STT_OBJECT;
  New.IsInlineVariable = IsObject && IsWeak && isMangled(Name);
  New.IsExported = New.isFunction() || New.isThreadLocal() ||
                   (IsObject && !New.IsInlineVariable);
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
    Symbols[Each.Name].WillBeAssigned = true;
    if (!Each.Symbol.empty())
      require(Each.Symbol);
  }
  for (const std::string &Name : Rules.Undefined)
    require(Name);
  for (const std::string &Name : Rules.Required)
    require(Name);
}

void ProgramSymbols::define(StringRef Name, SymbolDefinition New) {
  auto &Entry = *Symbols.try_emplace(Name).first;
  Symbol &Known = Entry.second;
  if (Known.WillBeAssigned)
    return;
  if (Known.isDefined() && New.excludes(Known))
    Duplicates.add(Name, fileOf(Name, Known.Object), fileOf(Name, New.Object));
  if (New.isCommon() && Known.isCommon())
    New.CommonAlignment = Known.CommonAlignment =
        std::max(New.CommonAlignment, Known.CommonAlignment);
  if (New.overrides(Known))
    define(Entry, New);
}

void ProgramSymbols::define(StringMapEntry<Symbol> &Entry,
                            const SymbolDefinition &New) {
  if (!Entry.second.WasDefined)
    DefinitionOrder.push_back(&Entry);
  Entry.second.define(New);
}

void ProgramSymbols::refer(StringRef Name, bool IsWeak) {
  auto Entry = Symbols.try_emplace(Name).first;
  if (!Entry->second.IsReferenced)
    ReferenceOrder.push_back(Entry->first());
  Entry->second.refer(IsWeak);
}

std::string ProgramSymbols::fileOf(StringRef Name, size_t Object) const {
  return FileOfIR && Objects[Object].IsCompiledIR ? FileOfIR(Name)
                                                  : Objects[Object].Name;
}

Expected<void> ProgramSymbols::add(const ProgramObject &Object) {
  Objects.push_back({Object.Name, Object.IsCompiled, Object.IsCompiledIR, {}});
  Error E = withElfType(
      Object.Bytes, [&]<typename ELFT>() { return addObject<ELFT>(Object); });
  if (E)
    return fromLlvm(Blame::Input,
                    "cannot read the symbols of '" + Object.Name + "'",
                    std::move(E));
  return {};
}

/// "f@@V" defines f, and is what f@V means, too.
void ProgramSymbols::defineVersions(StringRef Name, SymbolDefinition New) {
  auto [Plain, Version, IsDefault] = VersionedName::of(Name);
  if (Version.empty())
    return define(Name, New);
  // The name lives as long as the symbol.
  StringRef Key =
      Symbols.try_emplace((Plain + "@" + Version).str()).first->first();
  New.Version = VersionedName::of(Key).Version;
  New.IsDefaultVersion = IsDefault;
  if (IsDefault)
    define(Plain, New);
  define(Key, New);
}

/// Of "f@V" and "f" in one place (GNU as, ".symver") the second is the
/// program's own: to libraries there is only "f" of that version.
void ProgramSymbols::hideUnversioned(StringRef Versioned) {
  auto Plain = Symbols.find(VersionedName::of(Versioned).Name);
  const Symbol *Its = find(Versioned);
  if (!Its || Plain == Symbols.end() || !Plain->second.isDefined())
    return;
  Symbol &Unversioned = Plain->second;
  if (Unversioned.Object == Its->Object &&
      Unversioned.Section == Its->Section && Unversioned.Value == Its->Value)
    Unversioned.Exports = SymbolDefinition::Export::Never;
}

void ProgramSymbols::addBitcode(std::string Name, ArrayRef<BitcodeSymbol> Its,
                                bool IsWrapped) {
  Objects.emplace_back();
  Objects.back().Name = std::move(Name);
  for (const BitcodeSymbol &Each : Its) {
    if (Each.IsDefined) {
      SymbolDefinition New;
      New.Object = Objects.size() - 1;
      New.Kind = Each.IsCommon ? SymbolKind::Common : SymbolKind::Defined;
      New.Binding = Each.IsWeak ? SymbolBinding::Weak : SymbolBinding::Global;
      define(Each.Name, New);
    } else if (!isLinkerDefined(Each.Name)) {
      refer(IsWrapped ? Each.Name : Rules->meaningOf(Each.Name), Each.IsWeak);
    }
  }
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
    if (auto Its = visibilityOf(Each.st_other);
        Its != SymbolVisibility::Default)
      Symbols[*Name].constrain(Its);
    uint32_t Section = View->sectionOf(Each);
    bool IsLost = Section < Discarded.size() && Discarded[Section];
    if (Each.isUndefined() || IsLost) {
      if (!isLinkerDefined(*Name))
        refer(IsLost ? *Name : meaningOf(Objects.size() - 1, *Name),
              Each.getBinding() == ELF::STB_WEAK);
      continue;
    }
    SymbolDefinition New = definitionOf(Each, Section, *Name);
    New.Object = Objects.size() - 1;
    if (IsExcluded)
      New.Exports = SymbolDefinition::Export::Never;
    defineVersions(*Name, New);
    auto Its = VersionedName::of(*Name);
    if (!Its.Version.empty() && !Its.IsDefaultVersion)
      OfOldVersions.push_back(*Name);
  }
  for (StringRef Name : OfOldVersions)
    hideUnversioned(Name);
  return Error::success();
}

Expected<void> ProgramSymbols::expectCompiled(ArrayRef<ProgramObject> Given) {
  if (!Rules->wrapsAny())
    return {};
  ProgramSymbols Own;
  for (const ProgramObject &Object : Given)
    if (Object.IsCompiled)
      if (auto Added = Own.add(Object); !Added)
        return Added;
  Own.forEach([&](StringRef Name, const Symbol &) {
    if (Rules->wraps(Name))
      WrappedAndCompiled.insert(Name);
  });
  return {};
}

StringRef ProgramSymbols::meaningOf(size_t Object, StringRef Name) const {
  bool IsReal = Objects[Object].IsCompiled && WrappedAndCompiled.contains(Name);
  return IsReal ? Name : Rules->meaningOf(Name);
}

void ProgramSymbols::require(const std::string &Name) {
  refer(Name, /*IsWeak=*/false);
}

const Symbol *ProgramSymbols::find(StringRef Name) const {
  auto Found = Symbols.find(Name);
  return Found != Symbols.end() && Found->second.isDefined() ? &Found->second
                                                             : nullptr;
}

bool ProgramSymbols::isDefinedStrongly(StringRef Name) const {
  const Symbol *Found = find(Name);
  return Found && !Found->isCommon() && !Found->isWeak();
}

bool ProgramSymbols::isDefinedAsCommon(StringRef Name) const {
  const Symbol *Found = find(Name);
  return Found && Found->isCommon();
}

bool ProgramSymbols::isWanted(StringRef Name) const {
  auto Found = Symbols.find(Name);
  return Found != Symbols.end() && Found->second.isWanted();
}

bool ProgramSymbols::isWeak(StringRef Name) const {
  auto Found = Symbols.find(Name);
  return Found == Symbols.end() || Found->second.IsWeakReference;
}

bool ProgramSymbols::isWeakAndOwn(StringRef Name) const {
  auto Found = Symbols.find(Name);
  return Found != Symbols.end() && Found->second.isOwn() &&
         Found->second.IsWeakReference;
}

bool ProgramSymbols::isDiscarded(size_t Object, uint64_t Section) const {
  const BitVector &Discarded = Objects[Object].Discarded;
  return Section < Discarded.size() && Discarded[Section];
}

void ProgramSymbols::forEach(
    function_ref<void(StringRef, const Symbol &)> Visit) const {
  for (const auto *Entry : DefinitionOrder)
    if (Entry->second.isDefined())
      Visit(Entry->first(), Entry->second);
}

std::vector<std::pair<std::string, ProgramSymbols::Undefined>>
ProgramSymbols::undefined() const {
  std::vector<std::pair<std::string, Undefined>> Result;
  for (StringRef Name : ReferenceOrder) {
    const Symbol &Its = Symbols.find(Name)->second;
    if (!Its.isDefined())
      Result.emplace_back(Name.str(), Undefined{Its.IsWeakReference});
  }
  return Result;
}

} // namespace remoterun::jit
