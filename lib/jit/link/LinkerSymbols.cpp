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

#include <algorithm>
#include <cstring>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Where in the program a symbol of a fixed name points.
enum class Bound { Start, Header, CodeEnd, DataEnd, ZeroStart, End };

struct ProgramBound {
  StringRef Name;
  Bound Where;
};

constexpr StringLiteral ElfHeaderSymbol = "__ehdr_start";
constexpr StringLiteral ElfHeaderSection = ".ehdr";

constexpr ProgramBound ProgramBounds[] = {
    {"__executable_start", Bound::Start},
    {ElfHeaderSymbol, Bound::Header},
    {"etext", Bound::CodeEnd},
    {"_etext", Bound::CodeEnd},
    {"__etext", Bound::CodeEnd},
    {"edata", Bound::DataEnd},
    {"_edata", Bound::DataEnd},
    {"__bss_start", Bound::ZeroStart},
    {"end", Bound::End},
    {"_end", Bound::End},
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

ExecutorAddr addressOf(Bound Where, const std::vector<WorkingSection> &Sections,
                       std::span<const wire::Reserve::Segment> Segments) {
  ExecutorAddr Start = Segments.front().Range.Start;
  ExecutorRange Code = extentOf(SectionKind::Code, Sections, Start);
  ExecutorAddr CodeEnd = Code.Start + Code.Size;
  ExecutorRange Data = extentOf(SectionKind::Writable, Sections, CodeEnd);
  ExecutorAddr DataEnd = Data.Start + Data.Size;
  ExecutorRange Zero = extentOf(SectionKind::Zero, Sections, DataEnd);
  switch (Where) {
  case Bound::Start:
    return Start;
  case Bound::Header:
    for (const WorkingSection &Section : Sections)
      if (Section.Name == ElfHeaderSection)
        return Section.Target;
    return Start;
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

void allocateLinkerSections(const std::vector<std::string> &Names,
                            const Isa &Target, SectionMemory &Memory) {
  if (!is_contained(Names, ElfHeaderSymbol))
    return;
  auto Add = [&]<typename ELFT>() {
    auto Header = fileHeader<ELFT>(Target.Machine);
    Header.e_phentsize = sizeof(typename ELFT::Phdr);
    size_t Number = Memory.addSynthetic(
        ElfHeaderSection,
        {SectionKind::ReadOnly, sizeof(Header), sizeof(typename ELFT::uint)});
    std::memcpy(Memory.sections()[Number].Memory, &Header, sizeof(Header));
  };
  if (!Target.isLittleEndian())
    Add.template operator()<object::ELF64BE>();
  else if (Triple(Target.Triple).isArch64Bit())
    Add.template operator()<object::ELF64LE>();
  else
    Add.template operator()<object::ELF32LE>();
}

void defineLinkerSymbols(const std::vector<std::string> &Names,
                         const std::vector<WorkingSection> &Sections,
                         std::span<const wire::Reserve::Segment> Segments,
                         SymbolAddresses &Addresses) {
  for (const std::string &Name : Names) {
    if (const ProgramBound *Known = findProgramBound(Name)) {
      Addresses[Name] = addressOf(Known->Where, Sections, Segments);
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
