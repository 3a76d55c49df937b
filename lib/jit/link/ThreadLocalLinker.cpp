//===- ThreadLocalLinker.cpp - Places variables, rewrites code ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ThreadLocalLinker.h"
#include "jit/link/ThreadLocalObjects.h"

#include "llvm/ADT/SetVector.h"

#include <map>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// What the variables of an object count from where code asks for their common
/// base; in an executable that can be the thread pointer.
constexpr StringLiteral ModuleBase = "_TLS_MODULE_BASE_";

template <typename ELFT> class Linker {
public:
  Linker(JoinedProgram &Program, const std::vector<ProgramObject> &Inputs,
         const ProgramSymbols &Symbols, const Isa &Target,
         RoomForThreadLocals Room)
      : Objects(Program, Inputs, Target), Symbols(Symbols), Target(Target),
        Room(Room) {}

  Expected<LinkedThreadLocals> run(ArrayRef<std::string> Indices);

private:
  using Known = ThreadLocalObjects<ELFT>;
  using View = typename Known::View;
  using Shdr = typename Known::Shdr;
  using Rela = typename Known::Rela;
  using Place = typename Known::Place;
  using RelocatedSection = typename Known::RelocatedSection;

  Expected<void> place();
  Expected<void> noteUse(const RelocatedSection &In, const Rela &Relocation,
                         StringRef Variable);
  Expected<void> note(const RelocatedSection &In);
  Expected<void> rewrite(const RelocatedSection &In);
  Expected<void> referToLibrary(const RelocatedSection &In, Rela &Relocation);
  void hide();
  LinkedThreadLocals finish();

  /// Whether \p Undefined is nowhere for code that cannot have it of a library.
  /// It is where the thread pointer points then, as for linkers.
  bool isNowhere(StringRef Undefined) const {
    return !Undefined.empty() && Symbols.isWeak(Undefined);
  }

  Known Objects;
  const ProgramSymbols &Symbols;
  const Isa &Target;
  RoomForThreadLocals Room;
  wire::ThreadLocalBlock Block;
  /// The sections that are in use, and where they are in the block.
  std::map<Place, uint64_t> Offsets;
  /// What no object defines, and code asks for in a way that libraries allow.
  SetVector<StringRef> LibraryVariables;
  LinkedThreadLocals Linked;
};

/// Whether code that \p Rule is for can have \p Undefined of a library.
bool isOfLibrary(const ThreadLocalRule &Rule, StringRef Undefined) {
  return !Rule.NeedsNoVariable &&
         Rule.OfLibrary != ThreadLocalRule::Library::Unknown &&
         !Undefined.empty() && Undefined != ModuleBase;
}

bool isWord(const ThreadLocalRule &Rule) {
  using Library = ThreadLocalRule::Library;
  return Rule.OfLibrary == Library::Word ||
         Rule.OfLibrary == Library::ModuleWord ||
         Rule.OfLibrary == Library::IndexWord;
}

/// Of code for a library's variable, for RuntimeDyld.
bool leavesNothing(const ThreadLocalRule &Rule) {
  return Rule.OfLibrary == ThreadLocalRule::Library::Nothing || isWord(Rule);
}

/// How \p Relocation asks for \p Variable of a library.
template <typename ELFT>
Expected<void> Linker<ELFT>::noteUse(const RelocatedSection &In,
                                     const Rela &Relocation,
                                     StringRef Variable) {
  using Library = ThreadLocalRule::Library;
  ThreadLocalRule Rule = Objects.ruleOf(Relocation);
  switch (Rule.OfLibrary) {
  case Library::Offset:
    Linked.InitialExec.insert(Variable.str());
    return {};
  case Library::Descriptor:
    Linked.Described.insert(Variable.str());
    return {};
  case Library::Word:
  case Library::ModuleWord:
  case Library::IndexWord:
    // Among constants of code, which is of an executable for its own.
    if (!(In.Section->sh_flags & ELF::SHF_WRITE))
      return Objects.notOfLibrary(In, Relocation, Variable);
    Linked.Words.push_back(
        {Variable.str(),
         {{In.Where.first, In.Where.second}, uint64_t(Relocation.r_offset)},
         Rule.OfLibrary});
    return {};
  default:
    return {};
  }
}

template <typename ELFT>
Expected<void> Linker<ELFT>::note(const RelocatedSection &In) {
  for (const Rela &Relocation : In.Relocations) {
    ThreadLocalRule Rule = Objects.ruleOf(Relocation);
    if (!Rule.IsThreadLocal || Rule.NeedsNoVariable)
      continue;
    StringRef Name = Objects.undefined(In, Relocation);
    if (isOfLibrary(Rule, Name)) {
      if (!isWord(Rule) && Rule.OfLibrary != ThreadLocalRule::Library::Nothing)
        LibraryVariables.insert(Name);
      if (auto Noted = noteUse(In, Relocation, Name); !Noted)
        return Noted;
      continue;
    }
    if (Name == ModuleBase)
      continue;
    if (isNowhere(Name)) {
      Linked.Nowhere.try_emplace(Name.str(),
                                 Objects.notOfLibrary(In, Relocation, Name));
      continue;
    }
    auto Found = Objects.target(In, Relocation);
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
    const Shdr &Section = Objects.section(Where);
    uint64_t Alignment = std::max<uint64_t>(Section.sh_addralign, 1);
    Offset = alignTo(End, Alignment);
    if (Section.sh_size > UINT32_MAX)
      return Objects.badAt(Where, 0,
                           "its thread-local variables are too large");
    End = Offset + Section.sh_size;
    Strictest = std::max(Strictest, Alignment);
    Last = Where;
  }
  auto Given = Room(End, Strictest);
  if (!Given)
    return Given.error();
  Block = *Given;
  if (End > Block.Size || Strictest > Block.Alignment)
    return Objects.badAt(
        Last, 0,
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
  ThreadLocalRule Rule = Objects.ruleOf(Relocation);
  using Library = ThreadLocalRule::Library;
  if (Target.ThreadLocals.MakeInitialExec &&
      Rule.OfLibrary == Library::Nothing &&
      !Target.ThreadLocals.MakeInitialExec(
          Objects.codeOf(In), Relocation.r_offset, Relocation.getType(false)))
    return Objects.badAt(
        In.Where, Relocation.r_offset,
        "its code for a thread-local variable is not the psABI's; "
        "pass it as IR with --extra-module");
  Relocation.setType(Rule.AppliedAs, false);
  if (Rule.OfLibrary == Library::Offset)
    Relocation.r_addend += LinkedThreadLocals::OffsetInIndex;
  else if (Rule.OfLibrary == Library::Descriptor)
    Relocation.r_addend += LinkedThreadLocals::DescriptorInIndex;
  return {};
}

/// What has been applied is no relocation any more: not everywhere does
/// RuntimeDyld know one that does nothing.
template <typename ELFT>
Expected<void> Linker<ELFT>::rewrite(const RelocatedSection &In) {
  size_t Kept = 0;
  for (size_t I = 0; I != In.Relocations.size(); ++I) {
    Rela Relocation = In.Relocations[I];
    ThreadLocalRule Rule = Objects.ruleOf(Relocation);
    StringRef Undefined =
        Rule.IsThreadLocal ? Objects.undefined(In, Relocation) : "";
    bool IsOfLibrary = isOfLibrary(Rule, Undefined);
    if (IsOfLibrary)
      if (auto Done = referToLibrary(In, Relocation); !Done)
        return Done;
    if (!Rule.IsThreadLocal || IsOfLibrary) {
      if (!leavesNothing(Rule))
        In.Relocations[Kept++] = Relocation;
      else if (Rule.FollowsCall && Kept != 0)
        --Kept;
      if (IsOfLibrary && Rule.HasCall && I + 1 != In.Relocations.size())
        In.Relocations[Kept++] = In.Relocations[++I];
      continue;
    }
    int64_t Distance = Relocation.r_addend; // From the thread pointer.
    if (!Rule.NeedsNoVariable && Undefined != ModuleBase &&
        !isNowhere(Undefined)) {
      auto Found = Objects.target(In, Relocation);
      if (!Found)
        return Found.error();
      Distance += Block.Offset +
                  static_cast<int64_t>(Offsets[Found->first] + Found->second);
    }
    uint32_t Type = Relocation.getType(false);
    if (!Target.ThreadLocals.MakeLocalExec(Objects.codeOf(In),
                                           Relocation.r_offset, Type, Distance))
      return Objects.badAt(
          In.Where, Relocation.r_offset,
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
  for (const View &Each : Objects.views())
    for (const Shdr &Section : Each.sections())
      if (Section.sh_flags & ELF::SHF_TLS)
        writable(Section).sh_flags = static_cast<typename ELFT::uint>(
            Section.sh_flags & ~uint64_t(ELF::SHF_TLS | ELF::SHF_WRITE));
}

template <typename ELFT> LinkedThreadLocals Linker<ELFT>::finish() {
  for (StringRef Name : LibraryVariables)
    Linked.LibraryVariables.push_back(Name.str());
  for (const auto &[Where, Offset] : Offsets) {
    const Shdr &Section = Objects.section(Where);
    if (Section.sh_type != ELF::SHT_NOBITS)
      Linked.Images.push_back(
          {{Where.first, Where.second}, uint64_t(Section.sh_size), Offset});
  }
  Linked.Offsets = std::move(Offsets);
  return std::move(Linked);
}

template <typename ELFT>
Expected<LinkedThreadLocals> Linker<ELFT>::run(ArrayRef<std::string> Indices) {
  if (auto Done = Objects.parse(); !Done)
    return Done.error();
  LibraryVariables.insert(Indices.begin(), Indices.end());
  // Also what no code of the program refers to: libraries may.
  for (size_t Number = 0; Number != Objects.views().size(); ++Number) {
    ArrayRef<Shdr> Sections = Objects.views()[Number].sections();
    for (const Shdr &Section : Sections)
      if (Section.sh_flags & ELF::SHF_TLS && Section.sh_size != 0)
        Offsets.try_emplace(Place(Number, &Section - Sections.data()));
  }
  if (auto Done =
          Objects.forEachSection([&](const auto &In) { return note(In); });
      !Done)
    return Done.error();
  if (auto Done = place(); !Done)
    return Done.error();
  if (auto Done =
          Objects.forEachSection([&](const auto &In) { return rewrite(In); });
      !Done)
    return Done.error();
  hide();
  return finish();
}

} // namespace

Expected<LinkedThreadLocals>
linkThreadLocals(JoinedProgram &Program,
                 const std::vector<ProgramObject> &Inputs,
                 const ProgramSymbols &Symbols, const Isa &Target,
                 ArrayRef<std::string> Indices, RoomForThreadLocals Room) {
  return withElfType(Program.Objects.front().Bytes, [&]<typename ELFT>() {
    return Linker<ELFT>(Program, Inputs, Symbols, Target, Room).run(Indices);
  });
}

} // namespace remoterun::jit
