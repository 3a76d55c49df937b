//===- ObjectJoiner.cpp - One joined object -------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ObjectJoiner.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// What names of ours start with, and no program's.
constexpr StringLiteral OwnName = "\1";

constexpr StringLiteral UnwindTable = ".eh_frame";

/// RuntimeDyld and what is done after it number sections with 16 bits.
constexpr size_t MostOutputs = 0x7000;

/// Of a section; more would leave no room for anything else.
constexpr uint64_t LargestAlignment = uint64_t(1) << 28;

/// What the linker itself defines, under a name that the code gives it.
bool isLinkerDefined(StringRef Name) {
  return Name == "_TLS_MODULE_BASE_" || Name == ".TOC.";
}

/// The size without the zeroes that end a table: another one may come behind
/// it, whose entries nobody would find (LSB, "Exception Frames").
template <typename ELFT> uint64_t sizeOfUnwindTable(ArrayRef<uint8_t> Table) {
  constexpr size_t LengthSize = 4;
  constexpr uint32_t Extended = UINT32_MAX;
  size_t At = 0;
  while (Table.size() - At >= LengthSize) {
    uint64_t Length =
        support::endian::read32(Table.data() + At, ELFT::Endianness);
    if (Length == 0 && Table.size() - At == LengthSize)
      return At;
    uint64_t Header = LengthSize;
    if (Length == Extended && Table.size() - At >= 12) {
      Length = support::endian::read64(Table.data() + At + LengthSize,
                                       ELFT::Endianness);
      Header = 12;
    }
    if (Length > Table.size() - At - Header)
      break;
    At += Header + Length;
  }
  return Table.size();
}

/// What describes code that is not there describes nothing.
bool mayDescribeDiscarded(StringRef Section) {
  return Section == UnwindTable || Section.starts_with(".gcc_except_table") ||
         Section.starts_with(".ARM.ex");
}

Error broken(const Twine &What) {
  return createStringError(inconvertibleErrorCode(), What);
}

} // namespace

template <typename ELFT> Expected<void> ObjectJoiner<ELFT>::run() {
  if (auto Done = addSections(); !Done)
    return Done;
  linkSections();
  addCommons();
  if (auto Done = addStartFunctions(); !Done)
    return Done;
  Sections.place(In.Target.StubAlignment);
  notePlaces();
  noteStrings();
  addStartEntries();
  if (auto Done = addRelocations(); !Done)
    return Done;
  if (!In.Target.JoinsObjects)
    addExportedNames();
  return write();
}

template <typename ELFT> Expected<void> ObjectJoiner<ELFT>::addSections() {
  InputOf.resize(Last - First);
  for (size_t Object = First; Object != Last; ++Object)
    if (Error E = addSectionsOf(Object))
      return fromLlvm(Blame::Input,
                      "cannot link object '" + In.Objects[Object].Name + "'",
                      std::move(E));
  if (Sections.outputs().size() > MostOutputs)
    return Failure{Blame::Input,
                   "the program has " +
                       std::to_string(Sections.outputs().size()) +
                       " sections of different names, and at most " +
                       std::to_string(MostOutputs) + " can be linked"};
  return {};
}

template <typename ELFT>
Error ObjectJoiner<ELFT>::addSectionsOf(size_t Object) {
  const ElfView<ELFT> &View = In.Views[Object];
  std::vector<uint32_t> &Numbers = InputOf[Object - First];
  Numbers.resize(View.sections().size());
  for (size_t Index = 0; Index != View.sections().size(); ++Index) {
    const Shdr &Header = View.sections()[Index];
    bool IsOfProgram = (Header.sh_flags & ELF::SHF_ALLOC) &&
                       !(Header.sh_flags & ELF::SHF_EXCLUDE) &&
                       !ElfView<ELFT>::isRelocations(Header);
    // Some sections describe another one (SHF_LINK_ORDER), and go with it.
    bool IsLost = In.Symbols.isDiscarded(Object, Index) ||
                  ((Header.sh_flags & ELF::SHF_LINK_ORDER) &&
                   In.Symbols.isDiscarded(Object, Header.sh_link));
    if (!IsOfProgram && (Header.sh_flags & ELF::SHF_EXECINSTR)) {
      auto Note = View.nameOf(Header);
      if (!Note)
        return Note.takeError();
      Made.NeedsExecutableStack |= *Note == ".note.GNU-stack";
    }
    if (!IsOfProgram || IsLost)
      continue;
    auto Name = View.nameOf(Header);
    if (!Name)
      return Name.takeError();
    InputSection Section;
    Section.Key = {Object, Index};
    Section.Name = *Name;
    Section.Type = Header.sh_type;
    Section.Flags = Header.sh_flags;
    Section.Size = Header.sh_size;
    Section.Alignment = std::max<uint64_t>(Header.sh_addralign, 1);
    Section.EntrySize = Header.sh_entsize;
    if (!isPowerOf2_64(Section.Alignment) ||
        Section.Alignment > LargestAlignment)
      return broken("section '" + *Name + "' asks for an alignment of " +
                    Twine(Section.Alignment) +
                    " bytes, which is no power of two, or too large");
    if (Header.sh_type != ELF::SHT_NOBITS) {
      auto Contents = View.contentsOf(Header);
      if (!Contents)
        return Contents.takeError();
      Section.Contents = *Contents;
    }
    if (*Name == UnwindTable) {
      Section.Size = sizeOfUnwindTable<ELFT>(Section.Contents);
      // Zeroes between two tables would end the first.
      Section.Alignment = 4;
    }
    // ld's script gives such code no function where its name is another.
    if (Section.Flags & ELF::SHF_EXECINSTR && Section.Size != 0) {
      Start.HasInit |= *Name == ".init";
      Start.HasFini |= *Name == ".fini";
    }
    Numbers[Index] = static_cast<uint32_t>(Sections.add(Section) + 1);
  }
  return Error::success();
}

template <typename ELFT> void ObjectJoiner<ELFT>::linkSections() {
  for (size_t Number = 0; Number != Sections.inputs().size(); ++Number) {
    const InputSection &Its = Sections.inputs()[Number];
    if (!(Its.Flags & ELF::SHF_LINK_ORDER))
      continue;
    ArrayRef<uint32_t> Numbers = InputOf[Its.Key.Object - First];
    size_t To = In.Views[Its.Key.Object].sections()[Its.Key.Index].sh_link;
    if (To < Numbers.size() && Numbers[To] != 0 && Numbers[To] != Number + 1)
      Sections.link(Number, Numbers[To] - 1);
  }
}

/// Common symbols are allocated as ".bss" (gABI, "Symbol Values"), once for
/// all.
template <typename ELFT> void ObjectJoiner<ELFT>::addCommons() {
  if (First != 0)
    return;
  In.Symbols.forEach([&](StringRef Name, const Symbol &Found) {
    if (!Found.isCommon() || !Found.Common.empty())
      return;
    InputSection Section;
    Section.Key = {Found.Object, 0};
    Section.Name = ".bss";
    Section.Type = ELF::SHT_NOBITS;
    Section.Flags = ELF::SHF_ALLOC | ELF::SHF_WRITE;
    Section.Size = Found.Size;
    Section.Alignment = PowerOf2Ceil(Found.CommonAlignment);
    Commons.emplace_back(Name, Sections.add(Section));
  });
}

template <typename ELFT> void ObjectJoiner<ELFT>::notePlaces() {
  for (const InputSection &Section : Sections.inputs())
    if (Section.Key.Index != 0)
      Made.Places.add(
          Section.Key,
          {{Number, sectionOfOutput(Section.Output)}, Section.Offset},
          Section.Size);
  for (const auto &[Name, Input] : Commons) {
    const InputSection &Section = Sections.inputs()[Input];
    Made.Commons[Name] = {{Number, sectionOfOutput(Section.Output)},
                          Section.Offset};
  }
}

template <typename ELFT> Expected<void> ObjectJoiner<ELFT>::addRelocations() {
  for (size_t Object = First; Object != Last; ++Object)
    for (const Shdr &Table : In.Views[Object].sections())
      if (ElfView<ELFT>::isRelocations(Table))
        if (Error E = relocate(Object, Table))
          return fromLlvm(Blame::Input,
                          "cannot link object '" + In.Objects[Object].Name +
                              "'",
                          std::move(E));
  return {};
}

template <typename ELFT>
Error ObjectJoiner<ELFT>::relocate(size_t Object, const Shdr &Table) {
  const std::vector<uint32_t> &Numbers = InputOf[Object - First];
  if (Table.sh_info >= Numbers.size() || Numbers[Table.sh_info] == 0)
    return Error::success();
  const InputSection &Into = Sections.inputs()[Numbers[Table.sh_info] - 1];
  if (Into.Type == ELF::SHT_NOBITS)
    return Error::success();
  return In.Views[Object].forEachRelocation(
      Table, [&](const RelocationView &Relocation) {
        return addRelocation(Object, Into, Relocation);
      });
}

template <typename ELFT>
Error ObjectJoiner<ELFT>::addRelocation(size_t Object, const InputSection &Into,
                                        const RelocationView &Relocation) {
  uint32_t Type = Relocation.Type;
  if (In.Target.TypeInCode)
    Type = In.Target.TypeInCode(Type, Into.Contents, Relocation.Offset);
  RelocationRule Rule = In.Target.Rule(Type);
  LinkRule Link = In.Target.Link ? In.Target.Link(Type) : LinkRule();
  if (Relocation.Offset > Into.Size ||
      Into.Size - Relocation.Offset < Rule.Width)
    return broken("a relocation goes beyond the end of section '" + Into.Name +
                  "'");
  JoinedRelocation Joined;
  Joined.Offset = Into.Offset + Relocation.Offset;
  if (isReversedArray(Into.Name))
    Joined.Offset = Into.Offset + Into.Size - Rule.Width - Relocation.Offset;
  Joined.Type = Type;
  Joined.Addend = Relocation.Addend;
  if (Relocation.IsAddendInPlace && Type == In.Target.PointerRelocation)
    Joined.InPlace = *reinterpret_cast<const typename ELFT::uint *>(
        Into.Contents.data() + Relocation.Offset);
  auto To = meaningOf(Object, Relocation.Symbol);
  if (!To)
    return To.takeError();
  if (To->Type == ELF::STT_SECTION)
    findString(Object, Relocation, *To, Joined);
  if (To->What == Meaning::Kind::Discarded) {
    if (mayDescribeDiscarded(Into.Name))
      return Error::success();
    return broken("section '" + Into.Name +
                  "' refers to what is local to a discarded section");
  }
  if (Link.Of != LinkRule::Value::Symbol) {
    if (Error E = applyLinkRule(Link, *To, Joined))
      return E;
  } else {
    noteNearness(Type, Rule, *To, Into);
    keepWeakAddend(Rule, *To, Into, Joined);
    bool NeedsSymbol =
        Rule.NeedsSymbol || (Rule.UsesLocalEntry && hasLocalEntry(*To));
    referTo(*To, NeedsSymbol, Joined);
  }
  if (In.Target.Reach)
    noteReach(Into, Joined);
  append(Into.Output, Joined);
  return Error::success();
}

/// What is weak and nowhere has the value 0, and its relocation is left out
/// (see RemoteEngine): what stands there then is the addend.
template <typename ELFT>
void ObjectJoiner<ELFT>::keepWeakAddend(const RelocationRule &Rule,
                                        const Meaning &To,
                                        const InputSection &Into,
                                        const JoinedRelocation &Relocation) {
  if (!To.IsWeak || Relocation.Addend == 0 ||
      Rule.Number != RelocationRule::Form::Absolute)
    return;
  JoinedPatch Patch = {Into.Output, Relocation.Offset, {}};
  Patch.Bytes.resize(Rule.Width);
  for (unsigned I = 0; I != Rule.Width; ++I) {
    unsigned Byte =
        ELFT::Endianness == endianness::little ? I : Rule.Width - 1 - I;
    Patch.Bytes[I] = static_cast<uint8_t>(Relocation.Addend >> (8 * Byte));
  }
  Patches.push_back(std::move(Patch));
}

template <typename ELFT> void ObjectJoiner<ELFT>::addExportedNames() {
  for (size_t Object = First; Object != Last; ++Object)
    for (const Sym &Symbol : In.Views[Object].symbols()) {
      if (Symbol.getBinding() == ELF::STB_LOCAL || Symbol.isUndefined() ||
          Symbol.isCommon())
        continue;
      auto Name = In.Views[Object].nameOf(Symbol);
      if (!Name) {
        consumeError(Name.takeError());
        continue;
      }
      const jit::Symbol *Found = In.Symbols.find(*Name);
      Meaning Place =
          placeIn(Object, In.Views[Object].sectionOf(Symbol), Symbol.st_value);
      if (Found && Found->Object == Object && !Found->isIfunc() &&
          !Found->IsAssigned && Place.What == Meaning::Kind::Place)
        Definitions.push_back({Name->str(), Place.Number, Place.Value,
                               Symbol.st_size, Symbol.getType(),
                               Symbol.st_other});
    }
  In.Symbols.forEach([&](StringRef Name, const Symbol &Found) {
    std::optional<JoinedPlace> Place = Made.find(Name, Found);
    if (Found.IsAssigned && !Found.isIfunc() && Place &&
        Place->Section.Object == Number)
      Definitions.push_back({Name.str(),
                             static_cast<uint32_t>(Place->Section.Index - 1),
                             Place->Offset, Found.Size, ELF::STT_NOTYPE, 0});
  });
  for (const auto &[Name, Input] : Commons) {
    const InputSection &Section = Sections.inputs()[Input];
    Definitions.push_back({Name.str(), Section.Output, Section.Offset,
                           Section.Size, ELF::STT_OBJECT, 0});
  }
}

/// Which names the executor has to be asked for, and what refers to them.
template <typename ELFT> void ObjectJoiner<ELFT>::noteOutside() {
  constexpr size_t None = SIZE_MAX;
  std::vector<size_t> Numbers(Undefined.size(), None);
  for (size_t I = 0; I != Undefined.size(); ++I) {
    StringRef Name = Undefined[I];
    if (isLinkerDefined(Name) || In.Symbols.find(Name) ||
        Name.starts_with(OwnName))
      continue;
    Numbers[I] = Made.Undefined.size();
    Made.Undefined.push_back(Name.str());
  }
  for (size_t Output = 0; Output != Relocations.size(); ++Output) {
    // What the dynamic linker writes to: no initial values of thread-locals; in
    // static code, constants as well.
    constexpr uint64_t Kinds =
        ELF::SHF_WRITE | ELF::SHF_TLS | ELF::SHF_EXECINSTR;
    uint64_t Its = Sections.outputs()[Output].Flags & Kinds;
    bool IsStatic = In.Target.Relocation == Reloc::Static;
    bool IsData = Its == ELF::SHF_WRITE || (Its == 0 && IsStatic);
    for (const JoinedRelocation &Each : Relocations[Output])
      if (Each.To.What == JoinedReference::Kind::Undefined &&
          Numbers[Each.To.Number] != None)
        Made.Outside.push_back(
            {.Name = Numbers[Each.To.Number],
             .Place = {{Number, sectionOfOutput(Output)}, Each.Offset},
             .Addend = Each.Addend + Each.InPlace,
             .IsPointerInData =
                 IsData && Each.Type == In.Target.PointerRelocation,
             .IsCall = In.Target.Rule(Each.Type).IsCall});
  }
}

template <typename ELFT> Expected<void> ObjectJoiner<ELFT>::write() {
  Relocations.resize(Sections.outputs().size());
  noteOutside();
  ProgramObject Object;
  Object.Name = In.Objects[First].Name;
  Object.Bytes =
      writeRelocatable<ELFT>({.Sections = Sections,
                              .Relocations = std::move(Relocations),
                              .Definitions = std::move(Definitions),
                              .Undefined = Undefined,
                              .Patches = std::move(Patches),
                              .Machine = In.Target.Machine,
                              .Flags = In.Views[First].header().e_flags});
  const std::vector<OutputSection> &Outputs = Sections.outputs();
  for (size_t Output = 0; Output != Outputs.size(); ++Output)
    if (loadedSizeOf(Outputs[Output]) != Outputs[Output].Size)
      Object.TrueSizes[sectionOfOutput(Output)] = Outputs[Output].Size;
  if (auto Opened = JoinedProgram::open(Object); !Opened)
    return Opened;
  Made.Objects.push_back(std::move(Object));
  return {};
}

template class ObjectJoiner<ELF64LE>;
template class ObjectJoiner<ELF64BE>;
template class ObjectJoiner<ELF32LE>;

} // namespace remoterun::jit
