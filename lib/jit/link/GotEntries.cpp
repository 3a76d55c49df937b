//===- GotEntries.cpp - What a linker adds to a program -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of ObjectJoiner that makes entries of the global offset table and of
// the procedure linkage table.
//
//===----------------------------------------------------------------------===//

#include "jit/link/ObjectJoiner.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

/// On Power that is the object's table of contents, behind what the compiler
/// has in it.
template <typename ELFT> size_t ObjectJoiner<ELFT>::gotOutput() {
  if (Got)
    return *Got;
  StringRef Name = In.Target.HasTableOfContents ? ".toc" : ".got";
  const std::vector<OutputSection> &Outputs = Sections.outputs();
  for (size_t Output = 0; Output != Outputs.size(); ++Output)
    if (In.Target.HasTableOfContents && Outputs[Output].Name == Name)
      Got = Output;
  if (!Got)
    Got = Sections.addSynthetic(Name, ELF::SHF_WRITE,
                                sizeof(typename ELFT::uint));
  return *Got;
}

template <typename ELFT>
Error ObjectJoiner<ELFT>::referToGot(uint64_t Offset,
                                     JoinedRelocation &Relocation) {
  // Code reaches it by 16 bits.
  constexpr uint64_t MostOfToc = 0x10000;
  Relocation.Addend += static_cast<int64_t>(Offset);
  Relocation.To = {JoinedReference::Kind::Section,
                   static_cast<uint32_t>(gotOutput())};
  if (In.Target.HasTableOfContents && Sections.outputs()[*Got].Size > MostOfToc)
    return createStringError(
        inconvertibleErrorCode(),
        "its table of contents (.toc), with what is added for thread-local "
        "variables of libraries, is larger than 64 KiB; compile it in smaller "
        "parts");
  return Error::success();
}

template <typename ELFT>
uint64_t ObjectJoiner<ELFT>::gotEntry(const Meaning &To, uint32_t Type) {
  constexpr uint64_t Size = sizeof(typename ELFT::uint);
  size_t Output = gotOutput();
  bool IsName = To.What == Meaning::Kind::Name;
  // No output section has the number of an absolute value.
  uint32_t Where = To.What == Meaning::Kind::Place ? To.Number : UINT32_MAX - 2;
  uint64_t &Offset =
      IsName
          ? GotOfName.try_emplace(To.Number, UINT64_MAX).first->second
          : GotOfPlace.try_emplace({Where, To.Value}, UINT64_MAX).first->second;
  if (Offset != UINT64_MAX)
    return Offset;
  Offset = Sections.grow(Output, Size);
  JoinedRelocation Entry;
  Entry.Offset = Offset;
  Entry.Type = Type;
  referTo(To, /*NeedsSymbol=*/false, Entry);
  append(Output, Entry);
  return Offset;
}

/// Adds an entry for each to the GOT, and returns where the first is.
template <typename ELFT>
uint64_t
ObjectJoiner<ELFT>::addWords(std::initializer_list<JoinedRelocation> Words) {
  constexpr uint64_t Size = sizeof(typename ELFT::uint);
  size_t Output = gotOutput();
  uint64_t Start = Sections.grow(Output, Words.size() * Size), Next = Start;
  for (JoinedRelocation Each : Words) {
    Each.Offset = Next;
    append(Output, Each);
    Next += Size;
  }
  return Start;
}

/// The argument of __tls_get_addr for a variable. The program's are those of
/// the executable, which is the first module of a process.
template <typename ELFT>
uint64_t ObjectJoiner<ELFT>::indexEntry(const Meaning &To) {
  bool IsName = To.What == Meaning::Kind::Name;
  uint64_t &Known =
      IsName ? IndexOfName.try_emplace(To.Number, UINT64_MAX).first->second
             : IndexOfPlace.try_emplace({To.Number, To.Value}, UINT64_MAX)
                   .first->second;
  if (Known != UINT64_MAX)
    return Known;
  const ThreadLocalCode &Code = In.Target.ThreadLocals;
  JoinedRelocation Module, Entry;
  Module.Type = In.Target.PointerRelocation;
  Module.Addend = 1;
  Entry.Type = Code.IndexWord;
  referTo(To, /*NeedsSymbol=*/false, Entry);
  if (IsName) {
    Module = Entry;
    Module.Type = Code.ModuleWord;
  }
  Known = addWords({Module, Entry});
  return Known;
}

/// The same for where those begin.
template <typename ELFT> uint64_t ObjectJoiner<ELFT>::moduleEntry() {
  if (!IndexOfModule) {
    JoinedRelocation Module, Start;
    Module.Type = Start.Type = In.Target.PointerRelocation;
    Module.Addend = 1;
    IndexOfModule = addWords({Module, Start});
  }
  return *IndexOfModule;
}

template <typename ELFT>
uint64_t ObjectJoiner<ELFT>::pltEntry(const Meaning &To) {
  constexpr uint64_t Alignment = 8;
  const PltEntry &Form = In.Target.Plt;
  auto [Known, IsNew] = PltOfName.try_emplace(To.Number, 0);
  if (!IsNew)
    return Known->second;
  if (!Plt)
    Plt = Sections.addSynthetic(".plt", ELF::SHF_EXECINSTR, Alignment);
  uint64_t Offset = Sections.grow(*Plt, alignTo(Form.Code.size(), Alignment));
  Known->second = Offset;
  JoinedPatch Code = {*Plt, Offset, {}};
  Code.Bytes.append(Form.Code.begin(), Form.Code.end());
  Patches.push_back(std::move(Code));
  JoinedRelocation Slot;
  Slot.Offset = Offset + Form.Offset;
  Slot.Type = Form.Relocation;
  Slot.Addend = Form.Addend + static_cast<int64_t>(gotEntry(To));
  Slot.To = {JoinedReference::Kind::Section, static_cast<uint32_t>(*Got)};
  append(*Plt, Slot);
  return Offset;
}

#define REMOTERUN_INSTANTIATE(ELFT)                                            \
  template size_t ObjectJoiner<ELFT>::gotOutput();                             \
  template Error ObjectJoiner<ELFT>::referToGot(uint64_t, JoinedRelocation &); \
  template uint64_t ObjectJoiner<ELFT>::gotEntry(const Meaning &, uint32_t);   \
  template uint64_t ObjectJoiner<ELFT>::indexEntry(const Meaning &);           \
  template uint64_t ObjectJoiner<ELFT>::moduleEntry();                         \
  template uint64_t ObjectJoiner<ELFT>::pltEntry(const Meaning &);
REMOTERUN_INSTANTIATE(ELF64LE)
REMOTERUN_INSTANTIATE(ELF64BE)
REMOTERUN_INSTANTIATE(ELF32LE)
#undef REMOTERUN_INSTANTIATE

} // namespace remoterun::jit
