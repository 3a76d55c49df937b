//===- ArchiveSet.cpp - Archives and what is taken from them --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ArchiveSet.h"
#include "jit/base/ElfView.h"
#include "jit/base/LlvmErrors.h"
#include "jit/object/SharedLibrary.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

Failure cannotRead(const std::string &Archive, Error E) {
  return fromLlvm(Blame::Input, "cannot read archive '" + Archive + "'",
                  std::move(E));
}

/// What the ELF object \p Contents defines; nothing, if it is something else,
/// which is said when it is taken.
std::vector<std::string> definedByObject(StringRef Contents) {
  ArrayRef<char> Bytes = {Contents.data(), Contents.size()};
  std::vector<std::string> Names;
  withElfType(Bytes, [&]<typename ELFT>() {
    auto View = ElfView<ELFT>::create(Bytes);
    if (!View)
      return consumeError(View.takeError());
    for (const auto &Symbol : View->symbols()) {
      if (Symbol.getBinding() == ELF::STB_LOCAL || Symbol.isUndefined())
        continue;
      if (auto Name = View->nameOf(Symbol))
        Names.push_back(Name->str());
      else
        consumeError(Name.takeError());
    }
  });
  return Names;
}

} // namespace

Expected<void> ArchiveSet::indexBySymbolTable(OpenArchive &Opened) {
  for (const object::Archive::Symbol &Symbol : Opened.Archive->symbols()) {
    auto Child = Symbol.getMember();
    if (!Child)
      return cannotRead(Opened.Name, Child.takeError());
    Opened.Index.emplace_back(Symbol.getName().str(),
                              Member{Archives.size(), *Child, false});
  }
  return {};
}

/// ar(1) alone does not know the symbols of bitcode.
Expected<void> ArchiveSet::indexByMembers(OpenArchive &Opened) {
  Error E = Error::success();
  for (const object::Archive::Child &Child : Opened.Archive->children(E)) {
    auto Contents = Child.getMemoryBufferRef();
    if (!Contents) {
      consumeError(std::move(E));
      return cannotRead(Opened.Name, Contents.takeError());
    }
    Member Its = {Archives.size(), Child, isBitcode(Contents->getBuffer())};
    if (!Its.IsBitcode) {
      for (std::string &Name : definedByObject(Contents->getBuffer()))
        Opened.Index.emplace_back(std::move(Name), Its);
      continue;
    }
    auto Symbols = symbolsOfBitcode(
        Contents->getBuffer(),
        nameOfMember(Opened.Name, Contents->getBufferIdentifier()));
    if (!Symbols) {
      consumeError(std::move(E));
      return Symbols.error();
    }
    for (BitcodeSymbol &Each : *Symbols)
      if (Each.IsDefined)
        Opened.Index.emplace_back(std::move(Each.Name), Its);
  }
  return E ? Expected<void>(cannotRead(Opened.Name, std::move(E)))
           : Expected<void>();
}

Expected<void> ArchiveSet::open(const NativeFile &File, uint32_t Number) {
  bool HasBitcode = holdsBitcode(File);
  auto Archive = openArchive(File, /*NeedsSymbols=*/!HasBitcode);
  if (!Archive)
    return Archive.error();
  OpenArchive Opened = {File.Input.File, Number, std::move(*Archive), {}};
  if (auto Indexed =
          HasBitcode ? indexByMembers(Opened) : indexBySymbolTable(Opened);
      !Indexed)
    return Indexed;
  for (const auto &Entry : Opened.Index)
    Defined.insert(Entry.first);
  Archives.push_back(std::move(Opened));
  return {};
}

void ArchiveSet::passOver(const std::string &File) {
  // Or there is nothing to be taken.
  if (!Archives.empty())
    forEachDynamicSymbolOf(File,
                           [&](StringRef Name) { PassedOver.insert(Name); });
}

Expected<bool> ArchiveSet::takeFrom(size_t Number, LinkedInputs &Program) {
  bool TookAny = false;
  for (bool TookOne = true; TookOne; TookAny |= TookOne) {
    TookOne = false;
    for (const auto &[Name, Member] : Archives[Number].Index) {
      auto Taken = takeIfNeeded(Name, Member, Program);
      if (!Taken)
        return Taken.error();
      TookOne |= *Taken;
    }
  }
  return TookAny;
}

Expected<void> ArchiveSet::addNeededMembers(LinkedInputs &Program) {
  for (bool TookAny = true; TookAny;) {
    TookAny = false;
    for (size_t Number = 0; Number != Archives.size(); ++Number) {
      auto Took = takeFrom(Number, Program);
      if (!Took)
        return Took.error();
      TookAny |= *Took;
    }
  }
  return {};
}

bool ArchiveSet::isTaken(const Member &Its) const {
  return is_contained(
      Taken, std::pair(Its.Archive, uint64_t(Its.Child.getChildOffset())));
}

StringSet<> ArchiveSet::leftInBitcode() const {
  StringSet<> Names;
  for (const OpenArchive &Each : Archives)
    for (const auto &[Name, Its] : Each.Index)
      if (Its.IsBitcode && !isTaken(Its) && !PassedOver.contains(Name))
        Names.insert(Name);
  return Names;
}

/// Whether \p Loaded has more for \p Name than another common symbol.
static Expected<bool> definesStrongly(const LoadedMember &Loaded,
                                      StringRef Name) {
  ProgramSymbols Its;
  if (const auto *Bitcode = std::get_if<BitcodeInput>(&Loaded)) {
    auto Symbols = symbolsOfBitcode(Bitcode->Contents, Bitcode->Name);
    if (!Symbols)
      return Symbols.error();
    Its.addBitcode(Bitcode->Name, *Symbols, /*IsWrapped=*/false);
  } else if (auto Added = Its.add(std::get<ProgramObject>(Loaded)); !Added) {
    return Added.error();
  }
  return Its.isDefinedStrongly(Name);
}

Expected<bool> ArchiveSet::takeIfNeeded(const std::string &Name,
                                        const Member &Wanted,
                                        LinkedInputs &Program) {
  bool IsCommon = Program.Symbols.isDefinedAsCommon(Name);
  if ((!IsCommon && !Program.Symbols.isWanted(Name)) ||
      PassedOver.contains(Name) || isTaken(Wanted))
    return false;
  const OpenArchive &Its = Archives[Wanted.Archive];
  auto Loaded =
      loadMember(Its.Name, Its.File, Its.Archive, Wanted.Child, Program.Target);
  if (!Loaded)
    return Loaded.error();
  if (IsCommon) {
    // Only a real definition is worth a member: as ld has it.
    auto IsReal = definesStrongly(*Loaded, Name);
    if (!IsReal || !*IsReal)
      return IsReal;
  }
  auto Added = Program.take(std::move(*Loaded));
  if (Added && *Added)
    Taken.emplace_back(Wanted.Archive, Wanted.Child.getChildOffset());
  return Added;
}

} // namespace remoterun::jit
