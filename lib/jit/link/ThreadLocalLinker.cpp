//===- ThreadLocalLinker.cpp - Places variables, rewrites code ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ThreadLocalLinker.h"
#include "jit/base/LlvmErrors.h"
#include "jit/object/ElfView.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Demangle/Demangle.h"

#include <map>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// What the variables of an object count from where code asks for their common
/// base; in an executable that can be the thread pointer.
constexpr StringLiteral ModuleBase = "_TLS_MODULE_BASE_";

/// A thread-local section, by the numbers of its object and itself.
using Place = std::pair<size_t, uint64_t>;

template <typename ELFT> class Linker {
public:
  Linker(JoinedProgram &Program, const std::vector<ProgramObject> &Inputs,
         const Isa &Target, RoomForThreadLocals Room)
      : Program(Program), Objects(Program.Objects), Inputs(Inputs),
        Target(Target), Room(Room) {}

  Expected<LinkedThreadLocals> run();

private:
  using View = ElfView<ELFT>;
  using Shdr = typename ELFT::Shdr;
  using Sym = typename ELFT::Sym;
  using Rela = typename ELFT::Rela;

  /// A section and its relocations.
  struct RelocatedSection {
    Place Where;
    const Shdr *Section;
    const Shdr *Table;
    MutableArrayRef<Rela> Relocations;
  };
  /// A variable, by its section and its offset there.
  using Variable = std::pair<Place, uint64_t>;
  using Visitor = function_ref<Expected<void>(const RelocatedSection &)>;

  Expected<void> parse();
  void noteDefinitions();
  Expected<void> place();
  /// Calls \p Visit for each relocated section that is part of the program's
  /// memory and refers to thread-local variables.
  Expected<void> forEachSection(Visitor Visit);
  /// Where the variable of \p Relocation is.
  Expected<Variable> target(const RelocatedSection &In, const Rela &Relocation);
  Expected<void> note(const RelocatedSection &In);
  Expected<void> rewrite(const RelocatedSection &In);
  Expected<void> referToLibrary(const RelocatedSection &In, Rela &Relocation);
  void hide();
  LinkedThreadLocals finish();
  ThreadLocalRule ruleOf(const Rela &Relocation) const {
    return Target.ThreadLocals.Rule(Relocation.getType(false));
  }
  MutableArrayRef<uint8_t> codeOf(const RelocatedSection &In) {
    MutableArrayRef<char> Bytes = Objects[In.Where.first].Bytes;
    return {reinterpret_cast<uint8_t *>(Bytes.data()) + In.Section->sh_offset,
            static_cast<size_t>(In.Section->sh_size)};
  }
  /// The name of what no object defines; empty for everything else.
  StringRef libraryVariable(const RelocatedSection &In,
                            const Rela &Relocation) const;
  Failure bad(size_t Number, Error Why) const {
    return fromLlvm(Blame::Input,
                    "cannot link object '" + Objects[Number].Name + "'",
                    std::move(Why));
  }
  /// With the name of the input that \p Offset of a section is from.
  Failure badAt(Place Section, uint64_t Offset, const std::string &Why) const {
    const ProgramObject *Input =
        Program.inputAt({Section.first, Section.second}, Offset, Inputs);
    return {Blame::Input,
            "cannot link object '" +
                (Input ? Input->Name : Objects[Section.first].Name) +
                "': " + Why};
  }

  JoinedProgram &Program;
  std::vector<ProgramObject> &Objects; ///< Of Program.
  const std::vector<ProgramObject> &Inputs;
  const Isa &Target;
  RoomForThreadLocals Room;
  wire::ThreadLocalBlock Block;
  std::vector<View> Parsed; ///< Of Objects.
  /// Where objects are not joined, what each defines for others.
  StringMap<Variable> Definitions;
  /// The sections that are in use, and where they are in the block.
  std::map<Place, uint64_t> Offsets;
  /// What no object defines, and code asks for in a way that libraries allow.
  SetVector<StringRef> LibraryVariables;
  std::set<std::string, std::less<>> InitialExec;
};

template <typename ELFT> Expected<void> Linker<ELFT>::parse() {
  for (size_t Number = 0; Number != Objects.size(); ++Number) {
    auto Opened = View::create(Objects[Number].Bytes);
    if (!Opened)
      return bad(Number, Opened.takeError());
    Parsed.push_back(std::move(*Opened));
  }
  if (Objects.size() > 1)
    noteDefinitions();
  return {};
}

template <typename ELFT> void Linker<ELFT>::noteDefinitions() {
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    for (const Sym &Symbol : Parsed[Number].symbols()) {
      if (Symbol.getType() != ELF::STT_TLS || Symbol.isUndefined())
        continue;
      auto Name = Parsed[Number].nameOf(Symbol);
      if (!Name) {
        consumeError(Name.takeError());
        continue;
      }
      Definitions[*Name] = {{Number, Parsed[Number].sectionOf(Symbol)},
                            uint64_t(Symbol.st_value)};
    }
}

template <typename ELFT>
Expected<void> Linker<ELFT>::forEachSection(Visitor Visit) {
  for (size_t Number = 0; Number != Objects.size(); ++Number) {
    ArrayRef<Shdr> Sections = Parsed[Number].sections();
    for (const Shdr &Table : Sections) {
      if (Table.sh_type != ELF::SHT_RELA || Table.sh_info >= Sections.size())
        continue;
      const Shdr &Relocated = Sections[Table.sh_info];
      if (!(Relocated.sh_flags & ELF::SHF_ALLOC) ||
          Relocated.sh_type == ELF::SHT_NOBITS)
        continue;
      auto Relocations = Parsed[Number].relocationsOf(Table);
      if (!Relocations)
        return bad(Number, Relocations.takeError());
      if (none_of(*Relocations, [&](const Rela &Relocation) {
            return ruleOf(Relocation).IsThreadLocal;
          }))
        continue;
      if (auto Done = Visit(
              {{Number, Table.sh_info}, &Relocated, &Table, *Relocations});
          !Done)
        return Done;
    }
  }
  return {};
}

template <typename ELFT>
Expected<typename Linker<ELFT>::Variable>
Linker<ELFT>::target(const RelocatedSection &In, const Rela &Relocation) {
  size_t Number = In.Where.first;
  const View &Its = Parsed[Number];
  const Sym &Symbol = Its.symbols()[Relocation.getSymbol(false)];
  auto Name = Its.nameOf(Symbol);
  if (!Name)
    return bad(Number, Name.takeError());
  // What the program defines is in a section of the joined object, or has a
  // name in another.
  Variable Found = {{Number, Its.sectionOf(Symbol)}, uint64_t(Symbol.st_value)};
  if (Symbol.isUndefined()) {
    auto Known = Definitions.find(*Name);
    if (Known == Definitions.end())
      return badAt(In.Where, Relocation.r_offset,
                   "no input defines its thread-local variable '" +
                       demangle(Name->str()) +
                       "', and its code cannot have one of a library; pass it "
                       "as IR with --extra-module");
    Found = Known->second;
  }
  ArrayRef<Shdr> Sections = Parsed[Found.first.first].sections();
  uint64_t Section = Found.first.second;
  if (Section == 0 || Section >= Sections.size() ||
      !(Sections[Section].sh_flags & ELF::SHF_TLS))
    return badAt(In.Where, Relocation.r_offset,
                 "it takes for thread-local what is not so where it is "
                 "defined");
  return Found;
}

template <typename ELFT>
StringRef Linker<ELFT>::libraryVariable(const RelocatedSection &In,
                                        const Rela &Relocation) const {
  const View &Its = Parsed[In.Where.first];
  const Sym &Symbol = Its.symbols()[Relocation.getSymbol(false)];
  auto Name = Its.nameOf(Symbol);
  if (!Name) {
    consumeError(Name.takeError());
    return "";
  }
  return Symbol.isUndefined() && !Definitions.contains(*Name) ? *Name : "";
}

template <typename ELFT>
Expected<void> Linker<ELFT>::note(const RelocatedSection &In) {
  for (const Rela &Relocation : In.Relocations) {
    ThreadLocalRule Rule = ruleOf(Relocation);
    if (!Rule.IsThreadLocal || Rule.NeedsNoVariable)
      continue;
    StringRef Name = libraryVariable(In, Relocation);
    if (!Name.empty() && Rule.OfLibrary != ThreadLocalRule::Library::Unknown) {
      LibraryVariables.insert(Name);
      if (Rule.takesOffset())
        InitialExec.insert(Name.str());
      continue;
    }
    if (Name == ModuleBase)
      continue;
    auto Found = target(In, Relocation);
    if (!Found)
      return Found.error();
    Offsets.try_emplace(Found->first);
  }
  return {};
}

template <typename ELFT> Expected<void> Linker<ELFT>::place() {
  uint64_t End = 0, Strictest = 1;
  Place Last;
  for (auto &[Where, Offset] : Offsets) {
    const Shdr &Section = Parsed[Where.first].sections()[Where.second];
    uint64_t Alignment = std::max<uint64_t>(Section.sh_addralign, 1);
    Offset = alignTo(End, Alignment);
    if (Section.sh_size > UINT32_MAX)
      return badAt(Where, 0, "its thread-local variables are too large");
    End = Offset + Section.sh_size;
    Strictest = std::max(Strictest, Alignment);
    Last = Where;
  }
  auto Given = Room(End);
  if (!Given)
    return Given.error();
  Block = *Given;
  if (End > Block.Size || Strictest > Block.Alignment)
    return badAt(Last, 0,
                 "its thread-local variables do not fit into the " +
                     std::to_string(Block.Size) + " bytes, aligned to " +
                     std::to_string(Block.Alignment) +
                     ", that the executor has for all of them; pass it "
                     "as IR with --extra-module, or compile it with clang "
                     "-femulated-tls");
  return {};
}

/// The code stays, with the address of what it asks for.
template <typename ELFT>
Expected<void> Linker<ELFT>::referToLibrary(const RelocatedSection &In,
                                            Rela &Relocation) {
  ThreadLocalRule Rule = ruleOf(Relocation);
  using Library = ThreadLocalRule::Library;
  bool IsRewritten = Target.ThreadLocals.MakeInitialExec &&
                     (Rule.OfLibrary == Library::Descriptor ||
                      Rule.OfLibrary == Library::Nothing);
  if (IsRewritten &&
      !Target.ThreadLocals.MakeInitialExec(codeOf(In), Relocation.r_offset,
                                           Relocation.getType(false)))
    return badAt(In.Where, Relocation.r_offset,
                 "its code for a thread-local variable is not the psABI's; "
                 "pass it as IR with --extra-module");
  Relocation.setType(Rule.AppliedAs, false);
  if (Rule.takesOffset())
    Relocation.r_addend += LinkedThreadLocals::OffsetInIndex;
  return {};
}

/// What has been applied is no relocation any more: not everywhere does
/// RuntimeDyld know one that does nothing.
template <typename ELFT>
Expected<void> Linker<ELFT>::rewrite(const RelocatedSection &In) {
  size_t Kept = 0;
  for (size_t I = 0; I != In.Relocations.size(); ++I) {
    Rela Relocation = In.Relocations[I];
    ThreadLocalRule Rule = ruleOf(Relocation);
    StringRef Undefined =
        Rule.IsThreadLocal ? libraryVariable(In, Relocation) : "";
    bool IsOfLibrary =
        !Rule.NeedsNoVariable && LibraryVariables.contains(Undefined);
    if (IsOfLibrary)
      if (auto Done = referToLibrary(In, Relocation); !Done)
        return Done;
    if (!Rule.IsThreadLocal || IsOfLibrary) {
      if (Rule.OfLibrary != ThreadLocalRule::Library::Nothing)
        In.Relocations[Kept++] = Relocation;
      else if (Rule.FollowsCall && Kept != 0)
        --Kept;
      if (IsOfLibrary && Rule.HasCall && I + 1 != In.Relocations.size())
        In.Relocations[Kept++] = In.Relocations[++I];
      continue;
    }
    int64_t Distance = Relocation.r_addend; // From the thread pointer.
    if (!Rule.NeedsNoVariable && Undefined != ModuleBase) {
      auto Found = target(In, Relocation);
      if (!Found)
        return Found.error();
      Distance += Block.Offset +
                  static_cast<int64_t>(Offsets[Found->first] + Found->second);
    }
    uint32_t Type = Relocation.getType(false);
    if (!Target.ThreadLocals.MakeLocalExec(codeOf(In), Relocation.r_offset,
                                           Type, Distance))
      return badAt(In.Where, Relocation.r_offset,
                   "no way is known to rewrite its code at the "
                   "thread-local relocation " +
                       getELFRelocationTypeName(Target.Machine, Type).str() +
                       "; pass it as IR with --extra-module");
    // The call of __tls_get_addr has been overwritten.
    if (Rule.HasCall)
      ++I;
    else if (Rule.FollowsCall && Kept != 0)
      --Kept;
  }
  writable(*In.Table).sh_size =
      static_cast<typename ELFT::uint>(Kept * sizeof(Rela));
  return {};
}

/// What is left is not for RuntimeDyld: it would allocate such sections in its
/// own way.
template <typename ELFT> void Linker<ELFT>::hide() {
  for (const View &Each : Parsed)
    for (const Shdr &Section : Each.sections())
      if (Section.sh_flags & ELF::SHF_TLS)
        writable(Section).sh_flags = static_cast<typename ELFT::uint>(
            Section.sh_flags & ~uint64_t(ELF::SHF_TLS | ELF::SHF_WRITE));
}

template <typename ELFT> LinkedThreadLocals Linker<ELFT>::finish() {
  LinkedThreadLocals Linked;
  Linked.InitialExec = std::move(InitialExec);
  for (StringRef Name : LibraryVariables)
    Linked.LibraryVariables.push_back(Name.str());
  for (const auto &[Where, Offset] : Offsets) {
    const Shdr &Section = Parsed[Where.first].sections()[Where.second];
    if (Section.sh_type != ELF::SHT_NOBITS)
      Linked.Images.push_back(
          {{Where.first, Where.second}, uint64_t(Section.sh_size), Offset});
  }
  Linked.Offsets = std::move(Offsets);
  return Linked;
}

template <typename ELFT> Expected<LinkedThreadLocals> Linker<ELFT>::run() {
  if (auto Done = parse(); !Done)
    return Done.error();
  // Also what no code of the program refers to: libraries may.
  for (size_t Number = 0; Number != Parsed.size(); ++Number)
    for (const Shdr &Section : Parsed[Number].sections())
      if (Section.sh_flags & ELF::SHF_TLS && Section.sh_size != 0)
        Offsets.try_emplace(
            Place(Number, &Section - Parsed[Number].sections().data()));
  if (auto Done = forEachSection([&](const auto &In) { return note(In); });
      !Done)
    return Done.error();
  if (auto Done = place(); !Done)
    return Done.error();
  if (auto Done = forEachSection([&](const auto &In) { return rewrite(In); });
      !Done)
    return Done.error();
  hide();
  return finish();
}

} // namespace

Expected<LinkedThreadLocals>
linkThreadLocals(JoinedProgram &Program,
                 const std::vector<ProgramObject> &Inputs, const Isa &Target,
                 RoomForThreadLocals Room) {
  return withElfType(Program.Objects.front().Bytes, [&]<typename ELFT>() {
    return Linker<ELFT>(Program, Inputs, Target, Room).run();
  });
}

} // namespace remoterun::jit
