//===- LinkerSymbols.cpp - Symbols that the linker itself defines ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/LinkerSymbols.h"
#include "jit/object/ElfHeaders.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Endian.h"

#include <algorithm>
#include <cstring>
#include <map>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Where in the program a symbol of a fixed name points.
enum class Bound : uint8_t {
  Start,
  Header,
  CodeEnd,
  DataStart,
  DataEnd,
  ZeroStart,
  End,
  /// The array of Section, a pointer to nothing where there is none.
  ArrayStart,
  ArrayEnd,
  /// A section of ours (allocateLinkerSections()).
  Made
};

struct ProgramBound {
  StringRef Name;
  Bound Where;
  StringRef Section = "";
};

constexpr StringLiteral ElfHeaderSymbol = "__ehdr_start";
constexpr StringLiteral ElfHeaderSection = ".ehdr";
/// Whose only entry ends it: what it describes natively is the executor's here.
constexpr StringLiteral DynamicSection = ".dynamic";
/// What the C start files have there only calls constructors, which are called
/// without it.
constexpr StringLiteral StartCode = ".init";

/// The version of the C library's interface for streams, which is its newest.
constexpr StringLiteral StartData = ".rodata.cst4";
constexpr uint32_t StreamVersion = 0x20001;

/// Of Arm (ExceptionIndex.h).
constexpr StringLiteral ExceptionTable = ".ARM.exidx";

/// Of GNU ld's default script, and the start files of the C library.
constexpr ProgramBound ProgramBounds[] = {
    {"__executable_start", Bound::Start},
    {ElfHeaderSymbol, Bound::Header},
    {"etext", Bound::CodeEnd},
    {"_etext", Bound::CodeEnd},
    {"__etext", Bound::CodeEnd},
    {"data_start", Bound::DataStart},
    {"__data_start", Bound::DataStart},
    {"edata", Bound::DataEnd},
    {"_edata", Bound::DataEnd},
    {"__TMC_END__", Bound::DataEnd},
    {"__bss_start", Bound::ZeroStart},
    {"end", Bound::End},
    {"_end", Bound::End},
    {"__preinit_array_start", Bound::ArrayStart, ".preinit_array"},
    {"__preinit_array_end", Bound::ArrayEnd, ".preinit_array"},
    {"__init_array_start", Bound::ArrayStart, ".init_array"},
    {"__init_array_end", Bound::ArrayEnd, ".init_array"},
    {"__fini_array_start", Bound::ArrayStart, ".fini_array"},
    {"__fini_array_end", Bound::ArrayEnd, ".fini_array"},
    {"__exidx_start", Bound::ArrayStart, ExceptionTable},
    {"__exidx_end", Bound::ArrayEnd, ExceptionTable},
    {"_DYNAMIC", Bound::Made, DynamicSection},
    {"_init", Bound::Made, StartCode},
    {"_fini", Bound::Made, StartCode},
    {"_start", Bound::Made, StartCode},
    {"_IO_stdin_used", Bound::Made, StartData},
};

const ProgramBound *findProgramBound(StringRef Name) {
  auto Found = std::find_if(
      std::begin(ProgramBounds), std::end(ProgramBounds),
      [&](const ProgramBound &Known) { return Known.Name == Name; });
  return Found == std::end(ProgramBounds) ? nullptr : Found;
}

/// Start and end of all sections of one kind; an empty range at \p Otherwise
/// where there is none.
ExecutorRange extentOf(SectionKind Kind,
                       const std::vector<WorkingSection> &Sections,
                       ExecutorAddr Otherwise) {
  ExecutorAddr Start(UINT64_MAX), End;
  for (const WorkingSection &Section : Sections) {
    if (Section.Needs.Kind != Kind)
      continue;
    Start = std::min(Start, Section.Target);
    End = std::max(End, Section.Target + Section.Needs.Size);
  }
  if (End.isNull())
    return {Otherwise, 0};
  return {Start, End - Start};
}

/// The range of the section called \p Name, ours if there are two; an empty one
/// at \p Otherwise where there is none.
ExecutorRange rangeOf(StringRef Name,
                      const std::vector<WorkingSection> &Sections,
                      ExecutorAddr Otherwise) {
  ExecutorRange Found = {Otherwise, 0};
  for (const WorkingSection &Section : Sections)
    if (Section.Name == Name && (Found.Size == 0 || Section.IsSynthetic))
      Found = {Section.Target,
               Section.ArraySize ? Section.ArraySize : Section.Needs.Size};
  return Found;
}

ExecutorAddr addressOf(const ProgramBound &Wanted,
                       const std::vector<WorkingSection> &Sections,
                       ArrayRef<Segment> Segments) {
  ExecutorAddr Start = Segments.front().Range.Start;
  ExecutorRange Code = extentOf(SectionKind::Code, Sections, Start);
  ExecutorAddr CodeEnd = Code.Start + Code.Size;
  ExecutorRange Data = extentOf(SectionKind::Writable, Sections, CodeEnd);
  ExecutorAddr DataEnd = Data.Start + Data.Size;
  ExecutorRange Zero = extentOf(SectionKind::Zero, Sections, DataEnd);
  ExecutorRange Array = rangeOf(Wanted.Section, Sections, Data.Start);
  switch (Wanted.Where) {
  case Bound::Start:
    return Start;
  case Bound::Header:
    return rangeOf(ElfHeaderSection, Sections, Start).Start;
  case Bound::ArrayStart:
  case Bound::Made:
    return Array.Start;
  case Bound::ArrayEnd:
    return Array.Start + Array.Size;
  case Bound::DataStart:
    return Data.Start;
  case Bound::CodeEnd:
    return CodeEnd;
  case Bound::DataEnd:
    return DataEnd;
  case Bound::ZeroStart:
    return Zero.Start;
  case Bound::End:
    return Zero.Start + Zero.Size;
  }
  return Start;
}

} // namespace

bool isBoundedSection(StringRef SectionName) {
  return !SectionName.empty() && !isDigit(SectionName.front()) &&
         all_of(SectionName, [](char C) { return isAlnum(C) || C == '_'; });
}

bool mayBeLinkerSymbol(StringRef Name) {
  return findProgramBound(Name) || Name.starts_with("__start_") ||
         Name.starts_with("__stop_");
}

std::vector<std::string> findLinkerSymbols(const JoinedProgram &Program) {
  StringSet<> Bounded;
  for (const ProgramObject &Object : Program.Objects) {
    for (object::SectionRef Section : Object.File->sections()) {
      auto Name = Section.getName();
      if (Name && isBoundedSection(*Name))
        Bounded.insert(*Name);
      consumeError(Name.takeError());
    }
  }
  std::vector<std::string> Names;
  for (const std::string &Name : Program.Undefined) {
    StringRef Section = Name;
    bool IsBound =
        Section.consume_front("__start_") || Section.consume_front("__stop_");
    if (findProgramBound(Name) || (IsBound && Bounded.contains(Section)))
      Names.push_back(Name);
  }
  return Names;
}

std::vector<StringRef> exportedLinkerSymbols(const ProgramSymbols &Known) {
  // The only one with the type of a variable.
  constexpr StringLiteral Variable = "_IO_stdin_used";
  constexpr StringLiteral Names[] = {Variable, "_start",       "data_start",
                                     "_edata", "__data_start", "__bss_start",
                                     "_end"};
  std::vector<StringRef> Found;
  for (StringRef Name : Names)
    if (Known.exportsForStartFiles(Name, Name == Variable))
      Found.push_back(Name);
  return Found;
}

void defineSectionBounds(const JoinedProgram &Program,
                         ProgramSymbols &Symbols) {
  // Of several, each has a part of the section.
  if (Program.Objects.size() != 1)
    return;
  // They are found by the inputs that are at its ends.
  struct Extent {
    StringRef Name;
    const SectionPlaces::Piece *First = nullptr, *Last = nullptr;
  };
  std::map<uint64_t, Extent> Bounded;
  for (object::SectionRef Section : Program.Objects.front().File->sections()) {
    auto Name = Section.getName();
    if (Name && isBoundedSection(*Name))
      Bounded[Section.getIndex()].Name = *Name;
    consumeError(Name.takeError());
  }
  if (Bounded.empty())
    return;
  auto EndOf = [](const SectionPlaces::Piece &Piece) {
    return Piece.Where.Offset + Piece.Size;
  };
  for (const SectionPlaces::Piece &Piece : Program.Places.pieces()) {
    auto Found = Bounded.find(Piece.Where.Section.Index);
    if (Found == Bounded.end())
      continue;
    Extent &Its = Found->second;
    if (!Its.First || Piece.Where.Offset < Its.First->Where.Offset)
      Its.First = &Piece;
    if (!Its.Last || EndOf(Piece) >= EndOf(*Its.Last))
      Its.Last = &Piece;
  }
  for (const auto &[Index, Its] : Bounded) {
    if (!Its.First)
      continue;
    Symbols.defineForLibraries(("__start_" + Its.Name).str(),
                               Its.First->Input.Object, Its.First->Input.Index,
                               0);
    Symbols.defineForLibraries(("__stop_" + Its.Name).str(),
                               Its.Last->Input.Object, Its.Last->Input.Index,
                               Its.Last->Size);
  }
}

namespace {

template <typename ELFT>
void allocateFor(const std::vector<std::string> &Names, const Isa &Target,
                 SectionMemory &Memory) {
  constexpr uint64_t Word = sizeof(typename ELFT::uint);
  // An image has headers and a dynamic section.
  auto IsThere = [&](StringRef Section) {
    return any_of(Memory.sections(), [&](const WorkingSection &Each) {
      return Each.Name == Section;
    });
  };
  if (is_contained(Names, ElfHeaderSymbol) && !IsThere(ElfHeaderSection)) {
    auto Header = fileHeader<ELFT>(Target.Machine);
    Header.e_phentsize = sizeof(typename ELFT::Phdr);
    size_t Number = Memory.addSynthetic(
        ElfHeaderSection, {SectionKind::ReadOnly, sizeof(Header), Word});
    std::memcpy(Memory.sections()[Number].Memory, &Header, sizeof(Header));
  }
  auto IsWanted = [&](StringRef Section) {
    return any_of(Names, [&](const std::string &Name) {
      const ProgramBound *Known = findProgramBound(Name);
      return Known && Known->Where == Bound::Made && Known->Section == Section;
    });
  };
  if (IsWanted(DynamicSection) && !IsThere(DynamicSection))
    Memory.addSynthetic(DynamicSection,
                        {SectionKind::ReadOnly, 2 * Word, Word});
  if (IsWanted(StartCode)) {
    size_t Number = Memory.addSynthetic(
        StartCode, {SectionKind::Code, Target.Return.size(), 16});
    copy(Target.Return, Memory.sections()[Number].Memory);
  }
  if (IsWanted(StartData)) {
    size_t Number = Memory.addSynthetic(
        StartData,
        {SectionKind::ReadOnly, sizeof(StreamVersion), sizeof(StreamVersion)});
    support::endian::write32(Memory.sections()[Number].Memory, StreamVersion,
                             ELFT::Endianness);
  }
}

} // namespace

void allocateLinkerSections(const std::vector<std::string> &Names,
                            const Isa &Target, SectionMemory &Memory) {
  if (!Target.isLittleEndian())
    allocateFor<object::ELF64BE>(Names, Target, Memory);
  else if (Triple(Target.Triple).isArch64Bit())
    allocateFor<object::ELF64LE>(Names, Target, Memory);
  else
    allocateFor<object::ELF32LE>(Names, Target, Memory);
}

void defineLinkerSymbols(const std::vector<std::string> &Names,
                         const std::vector<WorkingSection> &Sections,
                         ArrayRef<Segment> Segments,
                         SymbolAddresses &Addresses) {
  for (const std::string &Name : Names) {
    if (const ProgramBound *Known = findProgramBound(Name)) {
      Addresses[Name] = addressOf(*Known, Sections, Segments);
      continue;
    }
    StringRef Wanted = Name;
    bool IsStart = Wanted.consume_front("__start_");
    if (!IsStart)
      Wanted.consume_front("__stop_");
    ExecutorAddr Start(UINT64_MAX), Stop;
    for (const WorkingSection &Section : Sections) {
      if (Section.Name != Wanted)
        continue;
      Start = std::min(Start, Section.Target);
      Stop = std::max(Stop, Section.Target + Section.Needs.Size);
    }
    if (!Stop.isNull())
      Addresses[Name] = IsStart ? Start : Stop;
  }
}

} // namespace remoterun::jit
