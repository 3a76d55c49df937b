//===- StartFunctions.cpp - Code of .init and .fini -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Natively the code of all sections ".init" is one function, and that of
// ".fini" another, between what crti.o and crtn.o have there (System V ABI,
// "Initialization and Termination Functions"). The dynamic linker calls the one
// between the functions of .preinit_array and of .init_array, and the other
// behind all of .fini_array, which begins with what is called last.
//
//===----------------------------------------------------------------------===//

#include "jit/link/ObjectJoiner.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

template <typename ELFT>
size_t ObjectJoiner<ELFT>::addStartCode(StringRef Name,
                                        ArrayRef<uint8_t> Code) {
  InputSection Section;
  Section.Key = {First, 0};
  Section.Name = Name;
  Section.Type = ELF::SHT_PROGBITS;
  Section.Flags = ELF::SHF_ALLOC | ELF::SHF_EXECINSTR;
  Section.Size = Code.size();
  Section.Contents = Code;
  Section.ComesFirst = Code.data() == In.Target.StartPrologue.data();
  // Between the pieces of a function there is no room.
  if (Section.ComesFirst)
    Section.Alignment = 4;
  return Sections.add(Section);
}

template <typename ELFT>
void ObjectJoiner<ELFT>::addStartEntry(StringRef Array, size_t Function) {
  static constexpr uint8_t Nothing[sizeof(typename ELFT::uint)] = {};
  InputSection Section;
  Section.Key = {First, 0};
  Section.Name = Array;
  Section.Type = ELF::SHT_PROGBITS;
  Section.Flags = ELF::SHF_ALLOC | ELF::SHF_WRITE;
  Section.Size = Section.Alignment = sizeof(Nothing);
  Section.Contents = Nothing;
  Section.ComesFirst = Array == ".fini_array";
  Start.Entries.push_back({Sections.add(Section), Function});
}

template <typename ELFT>
Expected<void> ObjectJoiner<ELFT>::addStartFunctions() {
  for (auto [IsThere, Name, Array] :
       {std::tuple(Start.HasInit, ".init", ".preinit_array"),
        std::tuple(Start.HasFini, ".fini", ".fini_array")}) {
    if (!IsThere)
      continue;
    if (In.Target.StartPrologue.empty())
      return Failure{Blame::Input,
                     std::string("an object has code in section '") + Name +
                         "', which no way is known to call on " +
                         In.Target.Multiarch.str() +
                         "; have a function of it, with "
                         "__attribute__((constructor)) or (destructor)"};
    size_t Function = addStartCode(Name, In.Target.StartPrologue);
    addStartCode(Name, In.Target.StartEpilogue);
    addStartEntry(Array, Function);
  }
  return {};
}

template <typename ELFT> void ObjectJoiner<ELFT>::addStartEntries() {
  for (auto [Pointer, Function] : Start.Entries) {
    const InputSection &Its = Sections.inputs()[Pointer];
    JoinedRelocation Entry;
    Entry.Offset = Its.Offset;
    Entry.Type = In.Target.PointerRelocation;
    Entry.To = {JoinedReference::Kind::Section,
                static_cast<uint32_t>(Sections.inputs()[Function].Output)};
    append(Its.Output, Entry);
  }
}

#define REMOTERUN_INSTANTIATE(ELFT)                                            \
  template Expected<void> ObjectJoiner<ELFT>::addStartFunctions();             \
  template void ObjectJoiner<ELFT>::addStartEntries();
REMOTERUN_INSTANTIATE(ELF64LE)
REMOTERUN_INSTANTIATE(ELF64BE)
REMOTERUN_INSTANTIATE(ELF32LE)
#undef REMOTERUN_INSTANTIATE

} // namespace remoterun::jit
