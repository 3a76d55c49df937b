//===- SymbolMeanings.cpp - What relocations refer to ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of ObjectJoiner that knows what a symbol means in a linked program,
// and what a relocation wants of it: itself, an entry of the global offset
// table or of the procedure linkage table, or its size.
//
//===----------------------------------------------------------------------===//

#include "jit/link/ObjectJoiner.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

constexpr StringLiteral GotStart = "_GLOBAL_OFFSET_TABLE_";

} // namespace

template <typename ELFT>
llvm::Expected<typename ObjectJoiner<ELFT>::Meaning>
ObjectJoiner<ELFT>::meaningOf(size_t Object, uint32_t Symbol) {
  ArrayRef<Sym> Symbols = In.Views[Object].symbols();
  if (MeaningsOf != Object) {
    Meanings.assign(Symbols.size(), Meaning());
    MeaningsOf = Object;
  }
  // A table without symbols has absolute relocations only.
  if (Symbol >= Meanings.size() || Symbol == 0)
    return Meaning{.What = Meaning::Kind::Absolute};
  Meaning &Known = Meanings[Symbol];
  if (Known.What == Meaning::Kind::Unknown) {
    auto Found = findMeaning(Object, Symbols[Symbol]);
    if (!Found)
      return Found.takeError();
    Known = *Found;
  }
  return Known;
}

template <typename ELFT>
llvm::Expected<typename ObjectJoiner<ELFT>::Meaning>
ObjectJoiner<ELFT>::findMeaning(size_t Object, const Sym &Symbol) {
  Meaning Found;
  uint8_t Type = Symbol.getType();
  if (Symbol.getBinding() == ELF::STB_LOCAL) {
    if (Symbol.isAbsolute())
      return Meaning{.What = Meaning::Kind::Absolute, .Value = Symbol.st_value};
    uint32_t Section = In.Views[Object].sectionOf(Symbol);
    Found = placeIn(Object, Section, Symbol.st_value);
    if (Symbol.getType() != ELF::STT_SECTION)
      Found = firstString(Object, Section, Symbol.st_value, Found);
    if (Symbol.getType() == ELF::STT_GNU_IFUNC &&
        Found.What == Meaning::Kind::Place) {
      std::string Name = "\1ifunc." + std::to_string(Made.Ifuncs.size());
      Made.Ifuncs.push_back({Name, joinedPlace(Found)});
      return ofName(Name, /*IsOutside=*/false);
    }
  } else {
    auto Name = In.Views[Object].nameOf(Symbol);
    if (!Name)
      return Name.takeError();
    if (*Name == GotStart && In.Target.Link && !In.Target.HasTableOfContents)
      return Meaning{.What = Meaning::Kind::Place,
                     .Number = static_cast<uint32_t>(gotOutput())};
    if (Symbol.isUndefined())
      *Name = In.Symbols.meaningOf(Object, *Name);
    const jit::Symbol *Definition = In.Symbols.find(*Name);
    Found = Definition ? ofDefinition(*Name, *Definition)
                       : ofName(*Name, /*IsOutside=*/true);
    if (Definition) {
      Type = Definition->Type;
      Found.Size = Definition->Size;
      Found.Other = Definition->Other;
    }
    if (Found.What == Meaning::Kind::Discarded)
      return createStringError(inconvertibleErrorCode(),
                               "its symbol '" + *Name + "' is defined in '" +
                                   In.Objects[Definition->Object].Name +
                                   "', in a section that is not part of the "
                                   "program's memory");
  }
  if (Symbol.getBinding() == ELF::STB_LOCAL) {
    Found.Size = Symbol.st_size;
    Found.Other = Symbol.st_other;
  }
  Found.Type = Type;
  return Found;
}

template <typename ELFT>
typename ObjectJoiner<ELFT>::Meaning
ObjectJoiner<ELFT>::placeIn(size_t Object, uint32_t Section,
                            uint64_t Offset) const {
  const std::vector<uint32_t> &Numbers = InputOf[Object - First];
  if (Section >= Numbers.size() || Numbers[Section] == 0)
    return {.What = Meaning::Kind::Discarded};
  const InputSection &Input = Sections.inputs()[Numbers[Section] - 1];
  return {.What = Meaning::Kind::Place,
          .Number = static_cast<uint32_t>(Input.Output),
          .Value = Input.Offset + Offset};
}

template <typename ELFT>
typename ObjectJoiner<ELFT>::Meaning
ObjectJoiner<ELFT>::ofName(StringRef Name, bool IsOutside) {
  auto [Known, IsNew] =
      Names.try_emplace(Name, static_cast<uint32_t>(Undefined.size()));
  if (IsNew)
    Undefined.push_back(Known->first());
  return {.What = Meaning::Kind::Name,
          .IsWeak = IsOutside && In.Symbols.isWeak(Name),
          .IsOutside = IsOutside,
          .Number = Known->second};
}

template <typename ELFT>
typename ObjectJoiner<ELFT>::Meaning
ObjectJoiner<ELFT>::ofDefinition(StringRef Name, const Symbol &Found) {
  if (Found.isAbsolute())
    return {.What = Meaning::Kind::Absolute, .Value = Found.Value};
  bool IsHere = Found.isCommon() ? First == 0
                                 : Found.Object >= First && Found.Object < Last;
  // An ifunc's address is that of an entry which is made for its name, and what
  // is in another object is found by its name.
  if (Found.isIfunc() || !IsHere)
    return ofName(Name, /*IsOutside=*/false);
  if (!Found.isCommon())
    return placeIn(Found.Object, static_cast<uint32_t>(Found.Section),
                   Found.Value);
  const JoinedPlace &Place =
      Made.Commons[Found.Common.empty() ? Name : Found.Common];
  return {.What = Meaning::Kind::Place,
          .Number = static_cast<uint32_t>(Place.Section.Index - 1),
          .Value = Place.Offset + Found.Value};
}

template <typename ELFT>
uint32_t ObjectJoiner<ELFT>::definitionFor(const Meaning &To) {
  uint32_t Next = static_cast<uint32_t>(Definitions.size());
  // What is a function may matter.
  uint32_t Where = To.Number << 1 | (To.Type == ELF::STT_FUNC);
  auto [Known, IsNew] = DefinitionOf.try_emplace({Where, To.Value}, Next);
  uint8_t Type =
      To.Type == ELF::STT_SECTION ? uint8_t(ELF::STT_NOTYPE) : To.Type;
  // LLVM takes the kind of the code off a function's value.
  if (In.Target.HasKindInAddresses && To.Value & 1)
    Type = ELF::STT_NOTYPE;
  // RuntimeDyld takes all but functions for what is outside of the object.
  if (hasLocalEntry(To))
    Type = ELF::STT_FUNC;
  if (IsNew)
    Definitions.push_back(
        {"\1place." + std::to_string(Number) + "." + std::to_string(Next),
         To.Number, To.Value, To.Size, Type, To.Other});
  return Known->second;
}

template <typename ELFT>
void ObjectJoiner<ELFT>::referTo(const Meaning &To, bool NeedsSymbol,
                                 JoinedRelocation &Relocation) {
  switch (To.What) {
  case Meaning::Kind::Place:
    if (NeedsSymbol) {
      Relocation.To = {JoinedReference::Kind::Definition, definitionFor(To)};
      return;
    }
    Relocation.To = {JoinedReference::Kind::Section, To.Number};
    Relocation.Addend += static_cast<int64_t>(To.Value);
    // The kind of code is not added, but is there ("(S + A) | T").
    if (In.Target.HasKindInAddresses && To.Type == ELF::STT_FUNC)
      Relocation.Addend -=
          static_cast<int64_t>(To.Value) & Relocation.InPlace & 1;
    return;
  case Meaning::Kind::Name:
    Relocation.To = {JoinedReference::Kind::Undefined, To.Number};
    return;
  default:
    Relocation.To = {};
    Relocation.Addend += static_cast<int64_t>(To.Value);
    return;
  }
}

/// Of what a library defines, the executor knows it: it is looked up, and has a
/// name as an address has.
template <typename ELFT>
void ObjectJoiner<ELFT>::referToSize(const Meaning &To,
                                     JoinedRelocation &Relocation) {
  StringRef Name = Undefined[To.Number];
  std::string &Size = Made.Sizes[Name];
  if (Size.empty())
    Size = ("\1size." + Name).str();
  referTo(ofName(Size, /*IsOutside=*/false), /*NeedsSymbol=*/false, Relocation);
}

template <typename ELFT>
Error ObjectJoiner<ELFT>::applyLinkRule(const LinkRule &Rule, const Meaning &To,
                                        JoinedRelocation &Relocation) {
  using Value = LinkRule::Value;
  bool IsFar = To.What == Meaning::Kind::Name && To.IsOutside;
  if (Rule.Of == Value::Call && IsFar && In.Target.Plt.Code.empty()) {
    referTo(To, /*NeedsSymbol=*/true, Relocation);
    return Error::success();
  }
  // What a library has is found later (ThreadLocalLinker); or code for what it
  // has not is rewritten there.
  bool IsLater = Rule.Of == Value::IndexEntry &&
                 To.What == Meaning::Kind::Name &&
                 In.Target.ThreadLocals.ModuleWord == 0;
  bool IsRewritten = In.Target.HasTableOfContents && !IsFar;
  if (IsLater || IsRewritten) {
    referTo(To, /*NeedsSymbol=*/false, Relocation);
    return Error::success();
  }
  Relocation.Type = Rule.AppliedAs;
  switch (Rule.Of) {
  case Value::Symbol:
    break;
  case Value::Call:
    if (IsFar) {
      Relocation.Addend += static_cast<int64_t>(pltEntry(To));
      Relocation.To = {JoinedReference::Kind::Section,
                       static_cast<uint32_t>(*Plt)};
      return Error::success();
    }
    break;
  case Value::OffsetEntry:
    return referToGot(gotEntry(To, In.Target.ThreadLocals.OffsetWord),
                      Relocation);
  case Value::IndexEntry:
    return referToGot(indexEntry(To), Relocation);
  case Value::ModuleEntry:
    return referToGot(moduleEntry(), Relocation);
  case Value::GotEntry:
    return referToGot(gotEntry(To), Relocation);
  case Value::GotStart:
    return referToGot(0, Relocation);
  case Value::GotIndex:
    Relocation.Addend += static_cast<int64_t>(gotEntry(To));
    Relocation.To = {};
    return Error::success();
  case Value::GotDistance:
    // RuntimeDyld counts from the section of that name.
    gotOutput();
    break;
  case Value::Size:
    if (IsFar) {
      referToSize(To, Relocation);
      return Error::success();
    }
    Relocation.Addend += static_cast<int64_t>(To.Size);
    Relocation.To = {};
    return Error::success();
  }
  referTo(To, /*NeedsSymbol=*/false, Relocation);
  return Error::success();
}

template <typename ELFT>
void ObjectJoiner<ELFT>::append(size_t Output, JoinedRelocation Relocation) {
  if (Relocations.size() <= Output)
    Relocations.resize(Output + 1);
  Relocations[Output].push_back(Relocation);
}

#define REMOTERUN_INSTANTIATE(ELFT)                                            \
  template llvm::Expected<typename ObjectJoiner<ELFT>::Meaning>                \
  ObjectJoiner<ELFT>::meaningOf(size_t, uint32_t);                             \
  template typename ObjectJoiner<ELFT>::Meaning ObjectJoiner<ELFT>::placeIn(   \
      size_t, uint32_t, uint64_t) const;                                       \
  template void ObjectJoiner<ELFT>::referTo(const Meaning &, bool,             \
                                            JoinedRelocation &);               \
  template Error ObjectJoiner<ELFT>::applyLinkRule(                            \
      const LinkRule &, const Meaning &, JoinedRelocation &);                  \
  template void ObjectJoiner<ELFT>::append(size_t, JoinedRelocation);
REMOTERUN_INSTANTIATE(ELF64LE)
REMOTERUN_INSTANTIATE(ELF64BE)
REMOTERUN_INSTANTIATE(ELF32LE)
#undef REMOTERUN_INSTANTIATE

} // namespace remoterun::jit
