//===- ObjectVerifier.cpp - Objects that can be linked --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ObjectVerifier.h"
#include "jit/LlvmErrors.h"
#include "jit/RawObject.h"

#include "llvm/Object/ELF.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

Error broken(const char *What) {
  return createStringError(inconvertibleErrorCode(), What);
}

Error checkSections(const ELFObjectFileBase &File) {
  for (ELFSectionRef Section : File.sections()) {
    auto Name = Section.getName();
    if (!Name)
      return Name.takeError();
    auto Contents = Section.getContents();
    if (!Contents)
      return Contents.takeError();
    if (*Name == ".eh_frame" && !(Section.getFlags() & ELF::SHF_ALLOC))
      return broken("its .eh_frame is not part of the program's memory");
  }
  return Error::success();
}

Error checkSymbols(const ELFObjectFileBase &File) {
  for (ELFSymbolRef Symbol : File.symbols()) {
    auto Section = Symbol.getSection();
    if (!Section)
      return Section.takeError();
    auto Name = Symbol.getName();
    if (!Name)
      return Name.takeError();
    if (*Name == "__gnu_lto_slim")
      return broken("it holds gcc's intermediate code only; compile it without "
                    "-flto, or with -ffat-lto-objects");
  }
  return Error::success();
}

template <typename RelT>
Error checkRelocation(const RelT &Relocation, size_t SymbolCount,
                      uint64_t SectionSize, const Isa &Target) {
  if (Relocation.getSymbol(/*isMips64EL=*/false) >= SymbolCount ||
      Relocation.r_offset >= SectionSize)
    return broken("a relocation refers to what does not exist");
  uint32_t Type = Relocation.getType(/*isMips64EL=*/false);
  RelocationRule Rule = Target.Rule(Type);
  if (Rule.Width > SectionSize - Relocation.r_offset)
    return broken("a relocation goes beyond the end of its section");
  if (Rule.IsImplemented)
    return Error::success();
  return createStringError(
      inconvertibleErrorCode(),
      "MCJIT cannot apply its relocation " +
          getELFRelocationTypeName(Target.Machine, Type) +
          "; compile it with other code model options, or pass it as IR with "
          "--extra-module");
}

template <typename RelocationsT>
Error checkEach(llvm::Expected<RelocationsT> Relocations, size_t SymbolCount,
                uint64_t SectionSize, const Isa &Target) {
  if (!Relocations)
    return Relocations.takeError();
  for (const auto &Relocation : *Relocations)
    if (Error E = checkRelocation(Relocation, SymbolCount, SectionSize, Target))
      return E;
  return Error::success();
}

template <typename ELFT>
Error checkRelocations(const ELFFile<ELFT> &File, const Isa &Target) {
  auto Sections = File.sections();
  if (!Sections)
    return Sections.takeError();
  for (const auto &Section : *Sections) {
    bool HasAddends = Section.sh_type == ELF::SHT_RELA;
    if (!HasAddends && Section.sh_type != ELF::SHT_REL)
      continue;
    // 32-bit processors keep them in the code.
    if (!HasAddends && ELFT::Is64Bits)
      return broken("it has relocations without addends");
    if (Section.sh_link >= Sections->size() ||
        (*Sections)[Section.sh_link].sh_type != ELF::SHT_SYMTAB)
      return broken("its relocations refer to no symbol table");
    auto Symbols = File.symbols(&(*Sections)[Section.sh_link]);
    if (!Symbols)
      return Symbols.takeError();
    if (Section.sh_info >= Sections->size())
      return broken("its relocations are for a section that does not exist");
    // Debug information may be compressed, and is not loaded.
    const auto &Relocated = (*Sections)[Section.sh_info];
    if (!(Relocated.sh_flags & ELF::SHF_ALLOC))
      continue;
    if (Error E = HasAddends ? checkEach(File.relas(Section), Symbols->size(),
                                         Relocated.sh_size, Target)
                             : checkEach(File.rels(Section), Symbols->size(),
                                         Relocated.sh_size, Target))
      return E;
  }
  return Error::success();
}

} // namespace

Expected<void> verifyObject(const ELFObjectFileBase &File,
                            const std::string &Name, const Isa &Target) {
  const std::string What = "cannot read object '" + Name + "'";
  if (Error E = checkSections(File))
    return fromLlvm(Blame::Input, What, std::move(E));
  if (Error E = checkSymbols(File))
    return fromLlvm(Blame::Input, What, std::move(E));
  StringRef Bytes = File.getData();
  Error E = withElfType({Bytes.data(), Bytes.size()}, [&]<typename ELFT>() {
    auto Raw = ELFFile<ELFT>::create(Bytes);
    return Raw ? checkRelocations(*Raw, Target) : Raw.takeError();
  });
  if (E)
    return fromLlvm(Blame::Input, What, std::move(E));
  return {};
}

} // namespace remoterun::jit
