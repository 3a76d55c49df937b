//===- LateObject.cpp - What late code refers to --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/LateObject.h"
#include "jit/base/ElfView.h"
#include "jit/base/LlvmErrors.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// What names of ours start with, and no program's.
constexpr char OwnName = '\1';

/// RuntimeDyld numbers sections with 16 bits.
constexpr size_t MostSections = 0x7000;

/// SHT_CREL, which LLVM 19 does not know.
constexpr uint32_t CompactRelocations = 0x40000014;

/// Of every instruction set: does nothing.
constexpr uint32_t NoRelocation = 0;

constexpr char What[] = "cannot link late code";

Failure failure(const Twine &Why) {
  return {Blame::Internal, (Twine(What) + ": " + Why).str()};
}

Failure failure(Error Why) {
  return fromLlvm(Blame::Internal, What, std::move(Why));
}

class Rewriter {
public:
  Rewriter(LateObject &Made, const Isa &Target, ArrayRef<ExecutorRange> Near,
           LateLinker::Resolve Find)
      : Made(Made), Target(Target), Near(Near), Find(Find) {}

  Expected<void> run();

private:
  using View = ElfView<ELF64LE>;

  /// A word that would hold an address which only the dynamic linker knows.
  /// Compilers make such for unwind tables, which may not be relocated while
  /// the program runs ("DW.ref.NAME"); the image has one, too.
  struct Word {
    ExecutorAddr Pointer;
    uint32_t Symbol = 0;
    Rela *Relocation = nullptr;
    bool IsReplaced = false;
  };
  using WordKey = std::pair<uint32_t, uint64_t>; ///< Section and offset.

  Expected<void> check(const Shdr &Section) const;
  template <typename Visitor> Expected<void> forEachRelocation(Visitor Visit);
  Expected<void> serve(uint32_t Section, Rela &Relocation);
  Expected<void> serveUndefined(uint32_t Section, Rela &Relocation,
                                LinkRule Link);
  Expected<void> replaceWord(uint32_t Section, Rela &Relocation);
  Expected<LateReference> find(uint32_t Symbol);
  bool isNear(ExecutorAddr Place, const RelocationRule &Rule) const;
  void refer(Rela &Relocation, ExecutorAddr Place, uint32_t Type);
  void appendSymbols();

  const Shdr &section(uint32_t Index) const { return Elf->sections()[Index]; }
  StringRef nameOf(uint32_t Symbol) const;
  Failure notServed(const Rela &Relocation, const Twine &Why) const {
    return failure(
        notServed(Relocation.getType(false), Relocation.getSymbol(false), Why));
  }
  std::string notServed(uint32_t Type, uint32_t Symbol, const Twine &Why) const;

  LateObject &Made;
  const Isa &Target;
  ArrayRef<ExecutorRange> Near;
  LateLinker::Resolve Find;
  std::optional<View> Elf;
  uint32_t FirstOwn = 0; ///< Number of the first symbol that is added.
  DenseMap<uint64_t, uint32_t> NumberOf; ///< Of places, by address.
  DenseMap<uint32_t, LateReference> References;
  DenseMap<WordKey, Word> Words;
};

Expected<void> Rewriter::run() {
  auto Parsed = View::create(Made.Bytes);
  if (!Parsed)
    return failure(Parsed.takeError());
  Elf = std::move(*Parsed);
  FirstOwn = static_cast<uint32_t>(Elf->symbols().size());
  if (Elf->sections().size() > MostSections)
    return failure("it has too many sections");
  for (const Shdr &Section : Elf->sections())
    if (auto Good = check(Section); !Good)
      return Good;
  if (auto Done = forEachRelocation([this](uint32_t Section, Rela &Each) {
        return serve(Section, Each);
      });
      !Done)
    return Done;
  if (!Words.empty())
    if (auto Done = forEachRelocation([this](uint32_t Section, Rela &Each) {
          return replaceWord(Section, Each);
        });
        !Done)
      return Done;
  for (const auto &[Key, Each] : Words)
    if (!Each.IsReplaced)
      return failure(notServed(Target.PointerRelocation, Each.Symbol,
                               "only the dynamic linker knows its address"));
  if (!Made.Places.empty())
    appendSymbols();
  return {};
}

/// What late code has is neither written nor another thread's, and its
/// constructors would come too late.
Expected<void> Rewriter::check(const Shdr &Section) const {
  bool IsVariable =
      Section.sh_type == ELF::SHT_NOBITS || (Section.sh_flags & ELF::SHF_TLS);
  bool IsArray = Section.sh_type == ELF::SHT_INIT_ARRAY ||
                 Section.sh_type == ELF::SHT_FINI_ARRAY ||
                 Section.sh_type == ELF::SHT_PREINIT_ARRAY;
  bool HasOtherForm = Section.sh_type == ELF::SHT_REL ||
                      Section.sh_type == CompactRelocations ||
                      Section.sh_type == ELF::SHT_SYMTAB_SHNDX;
  bool IsBad = (Section.sh_flags & ELF::SHF_ALLOC) && Section.sh_size != 0 &&
               (IsVariable || IsArray);
  if (!IsBad && !HasOtherForm)
    return {};
  auto Name = Elf->nameOf(Section);
  if (!Name)
    return failure(Name.takeError());
  return failure("it must not have a section '" + *Name + "'");
}

/// Of what is loaded. The other tables are taken away on that occasion:
/// RuntimeDyld would apply them.
template <typename Visitor>
Expected<void> Rewriter::forEachRelocation(Visitor Visit) {
  for (const Shdr &Table : Elf->sections()) {
    if (Table.sh_type != ELF::SHT_RELA)
      continue;
    if (Table.sh_info >= Elf->sections().size())
      return failure("a table of relocations is for no section");
    if (!(section(Table.sh_info).sh_flags & ELF::SHF_ALLOC)) {
      writable(Table).sh_type = ELF::SHT_NULL;
      continue;
    }
    auto Entries = Elf->relocationsOf(Table);
    if (!Entries)
      return failure(Entries.takeError());
    for (Rela &Each : *Entries)
      if (auto Done = Visit(Table.sh_info, Each); !Done)
        return Done;
  }
  return {};
}

Expected<void> Rewriter::serve(uint32_t Section, Rela &Relocation) {
  uint32_t Type = Relocation.getType(false);
  uint32_t Symbol = Relocation.getSymbol(false);
  if (Symbol >= FirstOwn)
    return failure("a relocation refers to a symbol that does not exist");
  RelocationRule Rule = Target.Rule(Type);
  uint64_t Size = section(Section).sh_size;
  if (Relocation.r_offset > Size || Size - Relocation.r_offset < Rule.Width)
    return notServed(Relocation, "it goes beyond the end of its section");
  if (Target.ThreadLocals.Rule(Type).IsThreadLocal)
    return notServed(Relocation, "late code has no thread-local variables");
  LinkRule Link = Target.Link(Type);
  bool IsServed = Link.Of == LinkRule::Value::Symbol ||
                  Link.Of == LinkRule::Value::Call ||
                  Link.Of == LinkRule::Value::GotEntry;
  if (!Rule.IsImplemented || !IsServed)
    return notServed(Relocation, "late code cannot have it");
  if (Symbol == 0)
    return {};
  const Sym &Referred = Elf->symbols()[Symbol];
  if (Referred.isCommon() || Referred.getType() == ELF::STT_GNU_IFUNC)
    return notServed(Relocation, "late code must not define it");
  // Of LateBranches: calls that they link.
  if (!Referred.isUndefined() || (Rule.IsCall && Target.Late->WriteBranch))
    return {};
  return serveUndefined(Section, Relocation, Link);
}

Expected<void> Rewriter::serveUndefined(uint32_t Section, Rela &Relocation,
                                        LinkRule Link) {
  using Value = LinkRule::Value;
  uint32_t Type = Relocation.getType(false);
  uint32_t Symbol = Relocation.getSymbol(false);
  auto To = find(Symbol);
  if (!To)
    return To.error();
  if (Link.Of == Value::Symbol && To->Address.isNull() &&
      Type == Target.PointerRelocation && Relocation.r_addend == 0 &&
      !To->Pointer.isNull()) {
    Words[{Section, Relocation.r_offset}] = {To->Pointer, Symbol, &Relocation};
    // What stands there then is zero, and nobody reads it.
    Relocation.setSymbolAndType(0, NoRelocation, false);
    return {};
  }
  ExecutorAddr Place = To->Address;
  uint32_t AppliedAs = Type;
  if (Link.Of == Value::Call) {
    Place = To->Call;
    AppliedAs = Link.AppliedAs;
  } else if (Link.Of == Value::GotEntry && !To->Pointer.isNull()) {
    Place = To->Pointer;
    AppliedAs = Link.AppliedAs;
  }
  if (Place.isNull())
    return notServed(Relocation, Link.Of == Value::Call
                                     ? "it cannot be called"
                                     : "only the dynamic linker knows its "
                                       "address");
  if (!isNear(Place, Target.Rule(AppliedAs)))
    return notServed(Relocation, "it is too far away");
  refer(Relocation, Place, AppliedAs);
  return {};
}

Expected<LateReference> Rewriter::find(uint32_t Symbol) {
  auto [At, IsNew] = References.try_emplace(Symbol);
  if (IsNew) {
    auto Name = Elf->nameOf(Elf->symbols()[Symbol]);
    if (!Name)
      return failure(Name.takeError());
    std::optional<LateReference> Found = Find(*Name);
    if (!Found)
      return failure("'" + *Name + "' is not known");
    At->second = *Found;
  }
  return At->second;
}

bool Rewriter::isNear(ExecutorAddr Place, const RelocationRule &Rule) const {
  constexpr uint64_t TwoGiB = uint64_t(1) << 31;
  if (!Rule.NeedsNearness)
    return true;
  if (Rule.Width < 4)
    return false;
  if (Rule.Number == RelocationRule::Form::Absolute)
    return Place.value() < TwoGiB;
  auto Distance = [Place](ExecutorAddr Other) {
    return Other < Place ? Place - Other : Other - Place;
  };
  return all_of(Near, [&](ExecutorRange Range) {
    return Distance(Range.Start) < TwoGiB &&
           Distance(Range.Start + Range.Size) < TwoGiB;
  });
}

void Rewriter::refer(Rela &Relocation, ExecutorAddr Place, uint32_t Type) {
  uint32_t Next = static_cast<uint32_t>(Made.Places.size());
  auto [At, IsNew] = NumberOf.try_emplace(Place.value(), Next);
  if (IsNew)
    Made.Places.push_back(Place);
  Relocation.setSymbolAndType(FirstOwn + At->second, Type, false);
}

/// Has \p Relocation be about the image's word in place of one of Words.
Expected<void> Rewriter::replaceWord(uint32_t Section, Rela &Relocation) {
  uint32_t Symbol = Relocation.getSymbol(false);
  if (Symbol == 0 || Symbol >= FirstOwn)
    return {};
  const Sym &Referred = Elf->symbols()[Symbol];
  uint32_t In = Elf->sectionOf(Referred);
  auto Any =
      find_if(Words, [In](const auto &Each) { return Each.first.first == In; });
  if (Any == Words.end())
    return {};
  uint32_t Type = Relocation.getType(false);
  RelocationRule Rule = Target.Rule(Type);
  bool IsAddress = Target.Link(Type).Of == LinkRule::Value::Symbol &&
                   Rule.Number != RelocationRule::Form::None;
  // A symbol of a word's size is the word's, whatever its addend is for.
  bool IsOfWord =
      Referred.getType() != ELF::STT_SECTION &&
      Referred.st_size == Target.Rule(Target.PointerRelocation).Width;
  // Elsewhere tables are unambiguous; how far an instruction's end is from its
  // operand is not known here.
  bool IsOfTable = !(section(Section).sh_flags & ELF::SHF_EXECINSTR) &&
                   Rule.Number == RelocationRule::Form::Relative;
  uint64_t Offset = Referred.st_value;
  if (!IsOfWord)
    Offset += static_cast<uint64_t>(int64_t(Relocation.r_addend));
  auto Found = Words.find({In, Offset});
  if (IsOfTable && Found == Words.end())
    return {};
  if (!IsAddress || (!IsOfWord && !IsOfTable))
    return notServed(Relocation, "it would hold the address of '" +
                                     nameOf(Any->second.Symbol) +
                                     "', which only the dynamic linker knows");
  if (Found == Words.end())
    return {};
  if (!isNear(Found->second.Pointer, Rule))
    return notServed(Relocation, "it is too far away");
  if (!IsOfWord)
    Relocation.r_addend = 0;
  Found->second.IsReplaced = true;
  refer(Relocation, Found->second.Pointer, Type);
  return {};
}

StringRef Rewriter::nameOf(uint32_t Symbol) const {
  if (Symbol >= FirstOwn)
    return "";
  const Sym &Named = Elf->symbols()[Symbol];
  auto Name = Named.getType() == ELF::STT_SECTION
                  ? Elf->nameOf(section(Elf->sectionOf(Named)))
                  : Elf->nameOf(Named);
  if (Name)
    return *Name;
  consumeError(Name.takeError());
  return "";
}

std::string Rewriter::notServed(uint32_t Type, uint32_t Symbol,
                                const Twine &Why) const {
  return (getELFRelocationTypeName(Target.Machine, Type) + " for '" +
          nameOf(Symbol) + "': " + Why)
      .str();
}

/// The tables of symbols and of their names, with ours, go behind all else.
void Rewriter::appendSymbols() {
  ArrayRef<Shdr> Sections = Elf->sections();
  const Shdr *Table = find_if(Sections, [](const Shdr &Each) {
    return Each.sh_type == ELF::SHT_SYMTAB;
  });
  const Shdr &NameTable = section(Table->sh_link);
  ObjectBytes &Bytes = Made.Bytes;
  std::string Names(Bytes.data() + NameTable.sh_offset, NameTable.sh_size);
  std::vector<Sym> Symbols(Elf->symbols().begin(), Elf->symbols().end());
  for (size_t Number = 0; Number != Made.Places.size(); ++Number) {
    Sym Own = {};
    Own.st_name = static_cast<uint32_t>(Names.size());
    Own.setBindingAndType(ELF::STB_GLOBAL, ELF::STT_NOTYPE);
    Symbols.push_back(Own);
    Names += OwnName + std::to_string(Number) + '\0';
  }
  // The headers move with the bytes.
  auto PlaceOf = [&Bytes](const Shdr &Section) {
    return static_cast<size_t>(reinterpret_cast<const char *>(&Section) -
                               Bytes.data());
  };
  size_t OfTable = PlaceOf(*Table), OfNames = PlaceOf(NameTable);
  auto Append = [&Bytes](size_t Header, const void *Data, size_t Size) {
    Bytes.resize(alignTo(Bytes.size(), sizeof(uint64_t)));
    auto *Section = reinterpret_cast<Shdr *>(Bytes.data() + Header);
    Section->sh_offset = Bytes.size();
    Section->sh_size = Size;
    const char *First = static_cast<const char *>(Data);
    Bytes.append(First, First + Size);
  };
  Append(OfTable, Symbols.data(), Symbols.size() * sizeof(Sym));
  Append(OfNames, Names.data(), Names.size());
}

} // namespace

ExecutorAddr LateObject::find(StringRef Name) const {
  size_t Number = 0;
  if (Name.empty() || Name.front() != OwnName ||
      Name.drop_front().getAsInteger(10, Number) || Number >= Places.size())
    return ExecutorAddr();
  return Places[Number];
}

Expected<LateObject> makeLateObject(ArrayRef<char> Object, const Isa &Target,
                                    ArrayRef<ExecutorRange> Near,
                                    LateLinker::Resolve Find) {
  LateObject Made;
  Made.Bytes.append(Object.begin(), Object.end());
  if (auto Done = Rewriter(Made, Target, Near, Find).run(); !Done)
    return Done.error();
  return Made;
}

} // namespace remoterun::jit
