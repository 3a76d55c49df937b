//===- ElfHeaders.cpp - Headers of a file for debuggers -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ElfHeaders.h"

#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

template <typename ELFT> typename ELFT::Ehdr fileHeader(uint16_t Machine) {
  typename ELFT::Ehdr Header;
  std::memset(&Header, 0, sizeof(Header));
  std::memcpy(Header.e_ident, ELF::ElfMagic, 4);
  Header.e_ident[ELF::EI_CLASS] =
      ELFT::Is64Bits ? ELF::ELFCLASS64 : ELF::ELFCLASS32;
  Header.e_ident[ELF::EI_DATA] = ELFT::Endianness == endianness::little
                                     ? ELF::ELFDATA2LSB
                                     : ELF::ELFDATA2MSB;
  Header.e_ident[ELF::EI_VERSION] = ELF::EV_CURRENT;
  Header.e_type = ELF::ET_EXEC;
  Header.e_machine = Machine;
  Header.e_version = ELF::EV_CURRENT;
  Header.e_ehsize = sizeof(Header);
  return Header;
}

template ELF64LE::Ehdr fileHeader<ELF64LE>(uint16_t);
template ELF64BE::Ehdr fileHeader<ELF64BE>(uint16_t);
template ELF32LE::Ehdr fileHeader<ELF32LE>(uint16_t);

template <typename ELFT>
ElfHeaders<ELFT>::ElfHeaders(uint16_t Machine) : Machine(Machine) {
  add("", ELF::SHT_NULL, 0, 0);
}

template <typename ELFT>
typename ELFT::Shdr &ElfHeaders<ELFT>::add(StringRef Name, uint32_t Type,
                                           uint64_t Offset, uint64_t Size) {
  Shdr Header;
  std::memset(&Header, 0, sizeof(Header));
  Header.sh_name = static_cast<uint32_t>(Names.size());
  Header.sh_type = Type;
  Header.sh_offset = static_cast<typename ELFT::uint>(Offset);
  Header.sh_size = static_cast<typename ELFT::uint>(Size);
  Header.sh_addralign = 1;
  Names += Name;
  Names.push_back('\0');
  Headers.push_back(Header);
  return Headers.back();
}

template <typename ELFT>
void ElfHeaders<ELFT>::addSegment(const wire::Reserve::Segment &Segment,
                                  StringRef Name) {
  struct Kind {
    StringRef Name; ///< As in an executable, though no debugger needs it.
    uint64_t Flags;
  };
  auto KindOf = [](wire::Protection Final) -> Kind {
    switch (Final) {
    case wire::Protection::Read:
      return {".rodata", 0};
    case wire::Protection::ReadExecute:
      return {".text", ELF::SHF_EXECINSTR};
    case wire::Protection::ReadWrite:
      return {".data", ELF::SHF_WRITE};
    }
    return {".rodata", 0};
  };
  Kind Shown = KindOf(Segment.Final);
  Shdr &Header = add(Name.empty() ? Shown.Name : Name, ELF::SHT_NOBITS, 0,
                     Segment.Range.Size);
  Header.sh_flags =
      static_cast<typename ELFT::uint>(ELF::SHF_ALLOC | Shown.Flags);
  Header.sh_addr =
      static_cast<typename ELFT::uint>(Segment.Range.Start.value());
}

template <typename ELFT>
void ElfHeaders<ELFT>::addSymbols(uint64_t Offset, uint64_t NamesOffset,
                                  uint64_t NamesSize, size_t FirstGlobal) {
  Shdr &Symbols = add(".symtab", ELF::SHT_SYMTAB, Offset, NamesOffset - Offset);
  Symbols.sh_entsize = sizeof(typename ELFT::Sym);
  Symbols.sh_info = static_cast<uint32_t>(FirstGlobal);
  Symbols.sh_link = static_cast<uint32_t>(Headers.size());
  add(".strtab", ELF::SHT_STRTAB, NamesOffset, NamesSize);
}

template <typename ELFT>
void ElfHeaders<ELFT>::appendTo(SmallVectorImpl<char> &File, uint32_t Flags) {
  Shdr &Last = add(".shstrtab", ELF::SHT_STRTAB, File.size(), 0);
  Last.sh_size = static_cast<typename ELFT::uint>(Names.size());
  File.append(Names.begin(), Names.end());
  File.resize(alignTo(File.size(), 8));

  auto Header = fileHeader<ELFT>(Machine);
  Header.e_flags = Flags;
  Header.e_shentsize = sizeof(Shdr);
  Header.e_shnum = static_cast<uint16_t>(Headers.size());
  Header.e_shstrndx = static_cast<uint16_t>(Headers.size() - 1);
  Header.e_shoff = static_cast<typename ELFT::uint>(File.size());
  std::memcpy(File.data(), &Header, sizeof(Header));
  const char *First = reinterpret_cast<const char *>(Headers.data());
  File.append(First, First + Headers.size() * sizeof(Shdr));
}

template class ElfHeaders<ELF64LE>;
template class ElfHeaders<ELF64BE>;
template class ElfHeaders<ELF32LE>;

} // namespace remoterun::jit
