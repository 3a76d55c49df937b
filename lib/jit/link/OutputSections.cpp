//===- OutputSections.cpp - Sections of all objects by their names --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/OutputSections.h"
#include "jit/link/LinkerSymbols.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/MathExtras.h"

#include <tuple>

using namespace llvm;

namespace remoterun::jit {

namespace {

bool hasPriorities(StringRef Output) {
  return Output == ".init_array" || Output == ".fini_array" ||
         Output == ".preinit_array";
}

/// GNU ld's script has these before all other code, in this order.
uint32_t rankOfCode(StringRef Name) {
  static constexpr StringLiteral First[] = {".text.unlikely", ".text.exit",
                                            ".text.startup", ".text.hot",
                                            ".text.sorted"};
  for (uint32_t I = 0; I != std::size(First); ++I)
    if (Name == First[I] ||
        (Name.starts_with(First[I]) && Name[First[I].size()] == '.'))
      return I;
  return std::size(First);
}

uint32_t rankOf(StringRef Input, StringRef Output) {
  if (hasPriorities(Output))
    return initPriorityOf(Input);
  return Output == ".text" ? rankOfCode(Input) : 0;
}

uint32_t typeOf(StringRef Output, uint32_t Input) {
  if (Output == ".preinit_array")
    return ELF::SHT_PREINIT_ARRAY;
  if (Output == ".init_array")
    return ELF::SHT_INIT_ARRAY;
  return Output == ".fini_array" ? uint32_t(ELF::SHT_FINI_ARRAY) : Input;
}

} // namespace

StringRef outputNameOf(StringRef Input) {
  static constexpr StringLiteral Names[] = {
      ".data.rel.ro", ".bss.rel.ro",    ".init_array",
      ".fini_array",  ".preinit_array", ".text",
      ".rodata",      ".ltext",         ".lrodata",
      ".data",        ".ldata",         ".bss",
      ".lbss",        ".tdata",         ".tbss",
      ".ARM.exidx",   ".ARM.extab",     ".gcc_except_table"};
  for (StringRef Name : Names)
    if (Input == Name || (Input.starts_with(Name) && Input[Name.size()] == '.'))
      return Name;
  if (Input == ".ctors" || Input.starts_with(".ctors."))
    return ".init_array";
  if (Input == ".dtors" || Input.starts_with(".dtors."))
    return ".fini_array";
  return Input;
}

/// As GNU ld's SORT_BY_INIT_PRIORITY has it: ".init_array.101" has priority
/// 101, and ".ctors.65434", whose numbers count downwards, has it as well.
uint32_t initPriorityOf(StringRef Name) {
  bool CountsDown = Name.starts_with(".ctors") || Name.starts_with(".dtors");
  StringRef Suffix = Name.drop_front(outputNameOf(Name).size());
  if (CountsDown)
    Suffix = Name.drop_front(StringRef(".ctors").size());
  uint32_t Number;
  if (!Suffix.consume_front(".") || Suffix.getAsInteger(10, Number))
    return UINT32_MAX;
  return CountsDown && Number <= UINT16_MAX ? UINT16_MAX - Number : Number;
}

bool isReversedArray(StringRef Input) {
  return Input.starts_with(".ctors") || Input.starts_with(".dtors");
}

size_t OutputSections::add(InputSection Section) {
  StringRef Kind = outputNameOf(Section.Name);
  StringRef Name = KeepsPriorities && hasPriorities(Kind) ? Section.Name : Kind;
  bool IsThreadLocal = Section.Flags & ELF::SHF_TLS;
  bool StandsAlone = Section.Type == ELF::SHT_NOBITS && !IsThreadLocal &&
                     Section.Size >= LargeZeroSection &&
                     !isBoundedSection(Name);
  auto [Known, IsNew] = ByName.try_emplace(Name, Outputs.size());
  size_t Number = Known->second;
  if (!IsNew &&
      (StandsAlone || (Outputs[Number].Flags ^ Section.Flags) & ELF::SHF_TLS)) {
    IsNew = true;
    Number = Outputs.size();
  } else if (StandsAlone) {
    ByName.erase(Known);
  }
  if (IsNew)
    Outputs.push_back({Name.str(), typeOf(Kind, Section.Type), 0, 0, 1, {}});
  OutputSection &Output = Outputs[Number];
  // One that has contents makes contents of the zeroes beside it.
  if (Output.Type == ELF::SHT_NOBITS)
    Output.Type = Section.Type;
  // The protection of all is what each of them needs. What is executed is not
  // written here, even where an object asks for both.
  Output.Flags |= Section.Flags & (ELF::SHF_ALLOC | ELF::SHF_WRITE |
                                   ELF::SHF_EXECINSTR | ELF::SHF_TLS);
  if (Output.Flags & ELF::SHF_EXECINSTR)
    Output.Flags &= ~uint64_t(ELF::SHF_WRITE);
  Output.Alignment = std::max(Output.Alignment, Section.Alignment);
  Output.Inputs.push_back(Inputs.size());
  Section.Output = Number;
  Inputs.push_back(Section);
  return Inputs.size() - 1;
}

bool OutputSections::isLinked(const OutputSection &Output) const {
  return any_of(Output.Inputs,
                [&](size_t Number) { return Inputs[Number].LinkedTo; });
}

/// They change places among themselves, as in lld; all others stay.
void OutputSections::sortLinked(MutableArrayRef<size_t> Numbers) const {
  // By where what they describe is; then in the order in which they came.
  std::vector<std::tuple<size_t, uint64_t, size_t>> Linked;
  for (size_t Number : Numbers)
    if (std::optional<size_t> To = Inputs[Number].LinkedTo)
      Linked.emplace_back(Inputs[*To].Output, Inputs[*To].Offset, Number);
  sort(Linked);
  auto Next = Linked.begin();
  for (size_t &Number : Numbers)
    if (Inputs[Number].LinkedTo)
      Number = std::get<2>(*Next++);
}

void OutputSections::placeIn(OutputSection &Output) {
  // Those of one priority are in the order of their names: ".ctors.65335"
  // before ".init_array.200" (GNU ld, SORT_BY_INIT_PRIORITY). Otherwise they
  // stay in the order in which they came.
  std::vector<std::tuple<uint64_t, StringRef, size_t>> Order;
  Order.reserve(Output.Inputs.size());
  for (size_t Number : Output.Inputs) {
    const InputSection &Section = Inputs[Number];
    uint32_t Rank = rankOf(Section.Name, Output.Name);
    bool HasPriority = hasPriorities(Output.Name) && Rank != UINT32_MAX;
    Order.emplace_back(Section.ComesFirst ? 0 : uint64_t(Rank) + 1,
                       HasPriority ? Section.Name : "", Number);
  }
  sort(Order);
  for (size_t I = 0; I != Order.size(); ++I)
    Output.Inputs[I] = std::get<2>(Order[I]);
  if (isLinked(Output))
    sortLinked(Output.Inputs);
  for (size_t Number : Output.Inputs) {
    InputSection &Section = Inputs[Number];
    Section.Offset = alignTo(Output.Size, Section.Alignment);
    Output.Size = Section.Offset + Section.Size;
  }
}

size_t OutputSections::addSynthetic(StringRef Name, uint64_t Flags,
                                    uint64_t Alignment) {
  Outputs.push_back({Name.str(),
                     ELF::SHT_PROGBITS,
                     ELF::SHF_ALLOC | Flags,
                     0,
                     Alignment,
                     {}});
  return Outputs.size() - 1;
}

uint64_t OutputSections::grow(size_t Output, uint64_t Size) {
  uint64_t End = Outputs[Output].Size;
  Outputs[Output].Size += Size;
  return End;
}

void OutputSections::place(uint64_t CodeAlignment) {
  for (bool IsLinked : {false, true})
    for (OutputSection &Output : Outputs)
      if (isLinked(Output) == IsLinked)
        placeIn(Output);
  for (OutputSection &Output : Outputs)
    if (Output.Flags & ELF::SHF_EXECINSTR) {
      Output.Alignment = std::max(Output.Alignment, CodeAlignment);
      Output.Size = alignTo(Output.Size, CodeAlignment);
    }
}

} // namespace remoterun::jit
