//===- ObjectVerifier.cpp - Objects that can be linked --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ObjectVerifier.h"
#include "jit/LlvmErrors.h"
#include "jit/LocalExec.h"

#include "llvm/Object/ELF.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

using Elf = ELFFile<ELF64LE>;

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

/// What RuntimeDyld implements of the x86-64 psABI, and what is rewritten
/// before it sees the object.
bool isImplemented(uint32_t Type) {
  if (isThreadLocalRelocation(Type))
    return true;
  switch (Type) {
  case ELF::R_X86_64_NONE:
  case ELF::R_X86_64_64:
  case ELF::R_X86_64_PC64:
  case ELF::R_X86_64_32:
  case ELF::R_X86_64_32S:
  case ELF::R_X86_64_PC32:
  case ELF::R_X86_64_16:
  case ELF::R_X86_64_8:
  case ELF::R_X86_64_PC8:
  case ELF::R_X86_64_PLT32:
  case ELF::R_X86_64_GOTPCREL:
  case ELF::R_X86_64_GOTPCRELX:
  case ELF::R_X86_64_REX_GOTPCRELX:
  case ELF::R_X86_64_GOT64:
  case ELF::R_X86_64_GOTOFF64:
  case ELF::R_X86_64_PLTOFF64:
  case ELF::R_X86_64_GOTPC64:
    return true;
  default:
    return false;
  }
}

/// How many bytes a relocation changes; of what is rewritten before, 0.
uint64_t widthOf(uint32_t Type) {
  if (isThreadLocalRelocation(Type))
    return 0;
  switch (Type) {
  case ELF::R_X86_64_NONE:
    return 0;
  case ELF::R_X86_64_8:
  case ELF::R_X86_64_PC8:
    return 1;
  case ELF::R_X86_64_16:
    return 2;
  case ELF::R_X86_64_64:
  case ELF::R_X86_64_PC64:
  case ELF::R_X86_64_GOT64:
  case ELF::R_X86_64_GOTOFF64:
  case ELF::R_X86_64_GOTPC64:
  case ELF::R_X86_64_PLTOFF64:
    return 8;
  default:
    return 4;
  }
}

Error checkRelocation(const ELF64LE::Rela &Relocation, size_t SymbolCount,
                      uint64_t SectionSize) {
  if (Relocation.getSymbol(/*isMips64EL=*/false) >= SymbolCount ||
      Relocation.r_offset >= SectionSize)
    return broken("a relocation refers to what does not exist");
  uint32_t Type = Relocation.getType(/*isMips64EL=*/false);
  if (widthOf(Type) > SectionSize - Relocation.r_offset)
    return broken("a relocation goes beyond the end of its section");
  if (isImplemented(Type))
    return Error::success();
  return createStringError(
      inconvertibleErrorCode(),
      "MCJIT cannot apply its relocation " +
          getELFRelocationTypeName(ELF::EM_X86_64, Type) +
          "; compile it with other code model options, or pass it as IR with "
          "--extra-module");
}

Error checkRelocations(const Elf &File) {
  auto Sections = File.sections();
  if (!Sections)
    return Sections.takeError();
  for (const ELF64LE::Shdr &Section : *Sections) {
    if (Section.sh_type == ELF::SHT_REL)
      return broken("it has relocations without addends");
    if (Section.sh_type != ELF::SHT_RELA)
      continue;
    if (Section.sh_link >= Sections->size() ||
        (*Sections)[Section.sh_link].sh_type != ELF::SHT_SYMTAB)
      return broken("its relocations refer to no symbol table");
    auto Symbols = File.symbols(&(*Sections)[Section.sh_link]);
    if (!Symbols)
      return Symbols.takeError();
    if (Section.sh_info >= Sections->size())
      return broken("its relocations are for a section that does not exist");
    // Debug information may be compressed, and is not loaded.
    const ELF64LE::Shdr &Relocated = (*Sections)[Section.sh_info];
    if (!(Relocated.sh_flags & ELF::SHF_ALLOC))
      continue;
    auto Relocations = File.relas(Section);
    if (!Relocations)
      return Relocations.takeError();
    for (const ELF64LE::Rela &Relocation : *Relocations)
      if (Error E =
              checkRelocation(Relocation, Symbols->size(), Relocated.sh_size))
        return E;
  }
  return Error::success();
}

} // namespace

Expected<void> verifyObject(const ELFObjectFileBase &File,
                            const std::string &Name) {
  const std::string What = "cannot read object '" + Name + "'";
  if (Error E = checkSections(File))
    return fromLlvm(Blame::Input, What, std::move(E));
  if (Error E = checkSymbols(File))
    return fromLlvm(Blame::Input, What, std::move(E));
  auto Raw = Elf::create(File.getData());
  if (!Raw)
    return fromLlvm(Blame::Input, What, Raw.takeError());
  if (Error E = checkRelocations(*Raw))
    return fromLlvm(Blame::Input, What, std::move(E));
  return {};
}

} // namespace remoterun::jit
