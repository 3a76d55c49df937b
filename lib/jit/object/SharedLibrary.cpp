//===- SharedLibrary.cpp - What a shared library defines ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/SharedLibrary.h"
#include "jit/object/RawObject.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// The versions of the symbols of the section number \p DynamicSymbols; none if
/// it has none.
template <typename ELFT>
ArrayRef<typename ELFT::Versym> versionsOf(const BasicRawObject<ELFT> &Raw,
                                           size_t DynamicSymbols) {
  for (const auto &Section : Raw.Sections)
    if (Section.sh_type == ELF::SHT_GNU_versym &&
        Section.sh_link == DynamicSymbols) {
      auto Versions =
          Raw.File.template getSectionContentsAsArray<typename ELFT::Versym>(
              Section);
      if (Versions)
        return *Versions;
      consumeError(Versions.takeError());
    }
  return {};
}

template <typename ELFT>
void visitSymbols(StringRef Bytes, function_ref<void(StringRef)> Visit) {
  auto Raw = parseRawAs<ELFT>({Bytes.data(), Bytes.size()});
  if (!Raw)
    return consumeError(Raw.takeError());
  for (const auto &[Number, Section] : enumerate(Raw->Sections)) {
    if (Section.sh_type != ELF::SHT_DYNSYM)
      continue;
    auto Symbols = Raw->File.symbols(&Section);
    auto Names = Raw->File.getStringTableForSymtab(Section, Raw->Sections);
    if (!Symbols || !Names) {
      consumeError(Symbols.takeError());
      consumeError(Names.takeError());
      continue;
    }
    auto Versions = versionsOf<ELFT>(*Raw, Number);
    for (const auto &[Index, Symbol] : enumerate(*Symbols)) {
      bool IsHidden = Index < Versions.size() &&
                      (Versions[Index].vs_index & ELF::VERSYM_HIDDEN);
      if (Symbol.isUndefined() || IsHidden || Symbol.st_name >= Names->size() ||
          Symbol.getBinding() == ELF::STB_LOCAL ||
          (Symbol.getVisibility() != ELF::STV_DEFAULT &&
           Symbol.getVisibility() != ELF::STV_PROTECTED))
        continue;
      Visit(StringRef(Names->data() + Symbol.st_name));
    }
  }
}

} // namespace

void forEachDynamicSymbol(StringRef Bytes,
                          function_ref<void(StringRef)> Visit) {
  withElfType({Bytes.data(), Bytes.size()},
              [&]<typename ELFT>() { visitSymbols<ELFT>(Bytes, Visit); });
}

void forEachDynamicSymbolOf(const std::string &Path,
                            function_ref<void(StringRef)> Visit) {
  auto File = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (File)
    forEachDynamicSymbol((*File)->getBuffer(), Visit);
}

} // namespace remoterun::jit
