//===- SharedLibrary.cpp - What a shared library defines ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/SharedLibrary.h"
#include "jit/base/ElfView.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// The versions of the symbols of the section number \p DynamicSymbols; none if
/// it has none.
template <typename ELFT>
ArrayRef<typename ELFT::Versym> versionsOf(const ElfView<ELFT> &View,
                                           size_t DynamicSymbols) {
  for (const auto &Section : View.sections())
    if (Section.sh_type == ELF::SHT_GNU_versym &&
        Section.sh_link == DynamicSymbols) {
      auto Versions = View.template arrayOf<typename ELFT::Versym>(Section);
      if (Versions)
        return *Versions;
      consumeError(Versions.takeError());
    }
  return {};
}

template <typename ELFT>
DynamicSymbol entryOf(const typename ELFT::Sym &Symbol, StringRef Name,
                      const ElfView<ELFT> &View) {
  uint8_t Type = Symbol.getType();
  DynamicSymbol Entry;
  Entry.Name = Name;
  Entry.IsDefined = !Symbol.isUndefined();
  Entry.IsWeak = Symbol.getBinding() == ELF::STB_WEAK;
  Entry.IsFunction = Type == ELF::STT_FUNC || Type == ELF::STT_GNU_IFUNC;
  Entry.IsVariable = Type == ELF::STT_OBJECT;
  Entry.Size = Symbol.st_size;
  if (Symbol.isReserved() || Symbol.st_shndx >= View.sections().size() ||
      !Entry.IsDefined)
    return Entry;
  const auto &Section = View.sections()[Symbol.st_shndx];
  Entry.IsZero = Section.sh_type == ELF::SHT_NOBITS;
  uint64_t OfPlace = Symbol.st_value & -Symbol.st_value;
  Entry.Alignment = std::max<uint64_t>(Section.sh_addralign, 1);
  if (OfPlace != 0)
    Entry.Alignment = std::min(Entry.Alignment, OfPlace);
  return Entry;
}

template <typename ELFT>
void visitEntries(StringRef Bytes,
                  function_ref<void(const DynamicSymbol &)> Visit) {
  auto View = ElfView<ELFT>::create({Bytes.data(), Bytes.size()});
  if (!View)
    return consumeError(View.takeError());
  for (const auto &[Number, Section] : enumerate(View->sections())) {
    if (Section.sh_type != ELF::SHT_DYNSYM)
      continue;
    auto Table = View->symbolTableOf(Section);
    if (!Table) {
      consumeError(Table.takeError());
      continue;
    }
    auto Versions = versionsOf(*View, Number);
    for (const auto &[Index, Symbol] : enumerate(Table->Symbols)) {
      bool IsHidden = Index < Versions.size() &&
                      (Versions[Index].vs_index & ELF::VERSYM_HIDDEN);
      if (IsHidden || Symbol.st_name >= Table->Names.size() ||
          Symbol.getBinding() == ELF::STB_LOCAL ||
          (Symbol.getVisibility() != ELF::STV_DEFAULT &&
           Symbol.getVisibility() != ELF::STV_PROTECTED))
        continue;
      Visit(entryOf(Symbol, Table->Names.data() + Symbol.st_name, *View));
    }
  }
}

template <typename ELFT>
void visitNames(StringRef Bytes,
                function_ref<void(uint64_t, StringRef)> Visit) {
  auto View = ElfView<ELFT>::create({Bytes.data(), Bytes.size()});
  if (!View)
    return consumeError(View.takeError());
  for (const auto &Section : View->sections()) {
    if (Section.sh_type != ELF::SHT_DYNAMIC ||
        Section.sh_link >= View->sections().size())
      continue;
    auto Entries = View->template arrayOf<typename ELFT::Dyn>(Section);
    auto Names = View->contentsOf(View->sections()[Section.sh_link]);
    if (!Entries || !Names) {
      consumeError(Entries.takeError());
      consumeError(Names.takeError());
      continue;
    }
    StringRef Strings(reinterpret_cast<const char *>(Names->data()),
                      Names->size());
    for (const auto &Entry : *Entries)
      if ((Entry.d_tag == ELF::DT_SONAME || Entry.d_tag == ELF::DT_NEEDED) &&
          Entry.getVal() < Strings.size())
        Visit(Entry.d_tag,
              Strings.drop_front(Entry.getVal()).split('\0').first);
  }
}

} // namespace

void forEachDynamicNameOf(const std::string &Path,
                          function_ref<void(uint64_t, StringRef)> Visit) {
  auto File = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!File)
    return;
  StringRef Bytes = (*File)->getBuffer();
  withElfType({Bytes.data(), Bytes.size()},
              [&]<typename ELFT>() { visitNames<ELFT>(Bytes, Visit); });
}

void forEachDynamicEntry(StringRef Bytes,
                         function_ref<void(const DynamicSymbol &)> Visit) {
  withElfType({Bytes.data(), Bytes.size()},
              [&]<typename ELFT>() { visitEntries<ELFT>(Bytes, Visit); });
}

void forEachDynamicSymbol(StringRef Bytes,
                          function_ref<void(StringRef)> Visit) {
  forEachDynamicEntry(Bytes, [&](const DynamicSymbol &Entry) {
    if (Entry.IsDefined)
      Visit(Entry.Name);
  });
}

void forEachDynamicEntryOf(const std::string &Path,
                           function_ref<void(const DynamicSymbol &)> Visit) {
  auto File = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (File)
    forEachDynamicEntry((*File)->getBuffer(), Visit);
}

void forEachDynamicSymbolOf(const std::string &Path,
                            function_ref<void(StringRef)> Visit) {
  forEachDynamicEntryOf(Path, [&](const DynamicSymbol &Entry) {
    if (Entry.IsDefined)
      Visit(Entry.Name);
  });
}

} // namespace remoterun::jit
