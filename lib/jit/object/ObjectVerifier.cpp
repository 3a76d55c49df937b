//===- ObjectVerifier.cpp - Objects that can be linked --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ObjectVerifier.h"
#include "jit/base/ElfView.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// SHT_CREL, which is proposed for the gABI; an experiment of LLVM's.
constexpr uint32_t CompactRelocations = 0x40000014;

Error broken(const char *What) {
  return createStringError(inconvertibleErrorCode(), What);
}

template <typename ELFT> bool isCode(const typename ELFT::Shdr &Section) {
  constexpr uint64_t Code = ELF::SHF_ALLOC | ELF::SHF_EXECINSTR;
  return (Section.sh_flags & Code) == Code &&
         Section.sh_type != ELF::SHT_NOBITS;
}

/// As GNU ld, which takes what has no code whatever its flags are (BFD,
/// elfnn-riscv.c).
template <typename ELFT>
Error checkCalling(const ElfView<ELFT> &View, const CallingFlags &Calling) {
  uint32_t Flags = View.header().e_flags;
  if ((Flags & Calling.Mask) == Calling.Value)
    return Error::success();
  if (none_of(View.sections(), isCode<ELFT>))
    return Error::success();
  const std::string Abi = Calling.Abi.str();
  return createStringError(
      inconvertibleErrorCode(),
      "its code is of another ABI than " + Abi +
          ", which programs of its target have (its e_flags are 0x" +
          utohexstr(Flags, /*LowerCase=*/true) + "); compile it with -mabi=" +
          Abi + ", or by llc with -target-abi=" + Abi);
}

template <typename ELFT> Error checkSections(const ElfView<ELFT> &View) {
  for (const auto &Section : View.sections()) {
    if (!View.hasName(Section) && Section.sh_name != 0)
      return broken("a section has no name");
    if (Section.sh_type != ELF::SHT_NOBITS)
      if (auto Contents = View.contentsOf(Section); !Contents)
        return Contents.takeError();
    if (Section.sh_flags & ELF::SHF_ALLOC)
      continue;
    auto Name = View.nameOf(Section);
    if (!Name)
      return Name.takeError();
    if (*Name == ".eh_frame")
      return broken("its .eh_frame is not part of the program's memory");
  }
  return Error::success();
}

template <typename ELFT> Error checkSymbols(const ElfView<ELFT> &View) {
  for (const auto &Symbol : View.symbols()) {
    if (View.sectionOf(Symbol) >= View.sections().size())
      return broken("a symbol is in a section that does not exist");
    if (!View.hasName(Symbol))
      return broken("a symbol has no name");
    // gcc's own mark.
    if (!Symbol.isCommon())
      continue;
    auto Name = View.nameOf(Symbol);
    if (!Name)
      return Name.takeError();
    if (*Name == "__gnu_lto_slim")
      return broken("it holds gcc's intermediate code only; compile it without "
                    "-flto, or with -ffat-lto-objects");
  }
  return Error::success();
}

/// What the relocations of a section can refer to.
template <typename ELFT> struct References {
  const ElfView<ELFT> &View;
  uint64_t SectionSize; ///< Of what they change.
  size_t Toc;           ///< The section that is the table of contents.
};

template <typename ELFT>
Error checkRelocation(const RelocationView &Relocation,
                      const References<ELFT> &To, const Isa &Target) {
  if (Relocation.Symbol >= To.View.symbols().size() ||
      Relocation.Offset >= To.SectionSize)
    return broken("a relocation refers to what does not exist");
  RelocationRule Rule = Target.Rule(Relocation.Type);
  if (Rule.Width > To.SectionSize - Relocation.Offset)
    return broken("a relocation goes beyond the end of its section");
  bool IsOutside =
      Rule.IsOfToc && To.View.symbols()[Relocation.Symbol].st_shndx != To.Toc;
  if (Rule.IsImplemented && !IsOutside)
    return Error::success();
  return createStringError(
      inconvertibleErrorCode(),
      "MCJIT cannot apply its relocation " +
          getELFRelocationTypeName(Target.Machine, Relocation.Type) +
          (IsOutside ? " to what is not in .toc" : "") + "; compile it with " +
          (Rule.AvoidedBy ? Rule.AvoidedBy : Target.ObjectFlags.data()) +
          ", or pass it as IR with --extra-module");
}

/// The section that RuntimeDyld takes for the start of the table of contents;
/// 0 for none.
template <typename ELFT> size_t findToc(const ElfView<ELFT> &View) {
  for (size_t Index = 0; Index != View.sections().size(); ++Index) {
    auto Name = View.nameOf(View.sections()[Index]);
    if (Name && (*Name == ".got" || *Name == ".toc" || *Name == ".tocbss" ||
                 *Name == ".plt"))
      return Index;
    consumeError(Name.takeError());
  }
  return 0;
}

template <typename ELFT>
Error checkRelocations(const ElfView<ELFT> &View, const Isa &Target) {
  auto Sections = View.sections();
  // Code reaches it by 16 bits.
  size_t Toc = Target.HasTableOfContents ? findToc(View) : 0;
  if (Toc != 0 && Sections[Toc].sh_size > 0x10000)
    return broken("its table of contents (.toc) is larger than 64 KiB; compile "
                  "it in smaller parts, with --part-size=N");
  for (const auto &Section : Sections) {
    if (Section.sh_type == CompactRelocations)
      return broken("it has compact relocations (CREL), which LLVM's runtime "
                    "linker cannot read; assemble it without --crel");
    if (!ElfView<ELFT>::isRelocations(Section))
      continue;
    if (Section.sh_link >= Sections.size() ||
        Sections[Section.sh_link].sh_type != ELF::SHT_SYMTAB)
      return broken("its relocations refer to no symbol table");
    if (Section.sh_info >= Sections.size())
      return broken("its relocations are for a section that does not exist");
    // Debug information may be compressed, and is not loaded. Nor is a
    // profile's call graph, whose relocations have no addends on any processor.
    const auto &Relocated = Sections[Section.sh_info];
    if (!(Relocated.sh_flags & ELF::SHF_ALLOC))
      continue;
    // 32-bit processors keep addends in the code.
    if (Section.sh_type == ELF::SHT_REL && ELFT::Is64Bits)
      return broken("it has relocations without addends");
    const References<ELFT> To = {View, Relocated.sh_size, Toc};
    if (Error E = View.forEachRelocation(
            Section, [&](const RelocationView &Relocation) {
              return checkRelocation(Relocation, To, Target);
            }))
      return E;
  }
  return Error::success();
}

} // namespace

Expected<void> verifyObject(ArrayRef<char> Object, const std::string &Name,
                            const Isa &Target) {
  const std::string What = "cannot read object '" + Name + "'";
  Error E = withElfType(Object, [&]<typename ELFT>() -> Error {
    auto View = ElfView<ELFT>::create(Object);
    if (!View)
      return View.takeError();
    if (Error Wrong = checkCalling(*View, Target.Calling))
      return Wrong;
    if (Error Wrong = checkSections(*View))
      return Wrong;
    if (Error Wrong = checkSymbols(*View))
      return Wrong;
    return checkRelocations(*View, Target);
  });
  if (E)
    return fromLlvm(Blame::Input, What, std::move(E));
  return {};
}

} // namespace remoterun::jit
