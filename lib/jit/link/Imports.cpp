//===- Imports.cpp - What the dynamic linker binds ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/Imports.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Room for a pointer, whatever its size.
constexpr uint64_t SlotSize = 8;

constexpr size_t None = SIZE_MAX;

} // namespace

Imports::Imports(const Isa &Target, const ImportedSymbols &Names,
                 NeededLibraries Needed, const ProgramSymbols &Symbols,
                 const JoinedProgram &Program, const ThreadLocals &Variables)
    : Target(&Target), Needed(std::move(Needed)) {
  std::vector<size_t> NumberOf(Program.Undefined.size(), None);
  for (size_t I = 0; I != Program.Undefined.size(); ++I) {
    const std::string &Name = Program.Undefined[I];
    auto Known = Names.find(Name);
    ImportedSymbol Its;
    // The descriptor of what is weak and nowhere is the dynamic linker's, too:
    // it is called.
    if (Known != Names.end()) {
      Its = Known->second;
      if (Its.Kind == wire::SymbolKind::ThreadLocal)
        FoundThreadLocals.insert(Name);
    } else if (Symbols.isWeak(Name) && Variables.linked().Described.count(Name))
      Its.Kind = wire::SymbolKind::ThreadLocal;
    else
      continue;
    NumberOf[I] = All.size();
    if (Its.Kind == wire::SymbolKind::ThreadLocal)
      ThreadLocalImports[Name] = NumberOf[I];
    // A version of the name is in what is known of it.
    All.push_back({VersionedName::of(Name).Name.str(), std::move(Its),
                   Symbols.isWeak(Name)});
  }
  addNearby(Program, NumberOf);
}

/// What is near, and what the dynamic linker makes a pointer to. The address of
/// what is near is known, and the same for all who refer to it. A function that
/// is called, and whose address is nothing but in pointers, is no such: calls
/// lead to a jump, and pointers to the function.
void Imports::addNearby(const JoinedProgram &Program,
                        const std::vector<size_t> &NumberOf) {
  auto IsBoundHere = [&](size_t Import) {
    return Import != None &&
           All[Import].Symbol.Kind != wire::SymbolKind::ThreadLocal;
  };
  auto IsCallOf = [&](const JoinedProgram::OutsideReference &Each,
                      size_t Import) {
    return Each.IsCall && All[Import].Symbol.Kind == wire::SymbolKind::Function;
  };
  std::vector<size_t> NearbyOf(All.size(), None); // By import.
  for (const JoinedProgram::OutsideReference &Each : Program.Outside) {
    size_t Import = NumberOf[Each.Name];
    if (!IsBoundHere(Import) || Each.IsPointerInData)
      continue;
    bool IsForCalls = IsCallOf(Each, Import);
    if (NearbyOf[Import] == None) {
      NearbyOf[Import] = Nearby.size();
      Nearby.push_back(
          {.Import = Import,
           .IsCopy = All[Import].Symbol.Kind == wire::SymbolKind::Data,
           .IsForCalls = IsForCalls,
           .Name = Program.Undefined[Each.Name]});
    }
    Nearby[NearbyOf[Import]].IsForCalls &= IsForCalls;
  }
  for (const JoinedProgram::OutsideReference &Each : Program.Outside) {
    size_t Import = NumberOf[Each.Name];
    if (!IsBoundHere(Import) || !Each.IsPointerInData ||
        (NearbyOf[Import] != None && !Nearby[NearbyOf[Import]].IsForCalls))
      continue;
    Pointers.push_back(Each);
    Pointers.back().Name = Import;
  }
}

void Imports::allocate(SectionMemory &Memory, const ThreadLocals &Variables) {
  constexpr size_t OfIndex = 4;
  ThreadLocalRelocations =
      OfIndex * ThreadLocalImports.size() + Variables.linked().Words.size();
  for (const JoinedProgram::OutsideReference &Each : Pointers)
    Memory.makeRelro(Each.Place.Section);
  for (NearImport &Each : Nearby) {
    if (Each.IsCopy) {
      Each.Section = Memory.addSynthetic(
          ".bss.copy", {SectionKind::Zero, All[Each.Import].Symbol.Size,
                        All[Each.Import].Symbol.Alignment});
      continue;
    }
    Each.Section = Memory.addSynthetic(
        ".plt", {SectionKind::Code, Target->SlotJump.Size, 16});
    Each.SlotOfJump = Memory.addSynthetic(
        ".got.plt", {SectionKind::Relro, SlotSize, SlotSize});
  }
}

void Imports::redirect(SectionMemory &Memory,
                       SymbolAddresses &Addresses) const {
  for (const NearImport &Each : Nearby) {
    const WorkingSection &Section = Memory.sections()[Each.Section];
    if (!Each.IsCopy)
      Target->SlotJump.Write(Section.Memory, Section.Target.value(),
                             Memory.sections()[Each.SlotOfJump].Target.value());
    Addresses[Each.Name] = Section.Target;
  }
}

std::vector<DynamicRelocation>
Imports::relocations(const SectionMemory &Memory,
                     const ThreadLocals &Variables) const {
  std::vector<DynamicRelocation> Made;
  for (const JoinedProgram::OutsideReference &Each : Pointers)
    if (const WorkingSection *Section = Memory.find(Each.Place.Section))
      Made.push_back({.Place = Section->Target + Each.Place.Offset,
                      .Type = Target->PointerRelocation,
                      .Import = Each.Name,
                      .Addend = Each.Addend});
  for (const NearImport &Each : Nearby) {
    size_t Section = Each.IsCopy ? Each.Section : Each.SlotOfJump;
    Made.push_back(
        {.Place = Memory.sections()[Section].Target,
         .Type = Each.IsCopy ? Target->Dynamic.Copy : Target->Dynamic.Slot,
         .Import = Each.Import});
  }
  addThreadLocals(Memory, Variables, Made);
  return Made;
}

void Imports::addThreadLocals(const SectionMemory &Memory,
                              const ThreadLocals &Variables,
                              std::vector<DynamicRelocation> &Made) const {
  using Linked = LinkedThreadLocals;
  const DynamicRelocations &Types = Target->Dynamic;
  const uint64_t WordSize = Triple(Target->Triple).isArch64Bit()
                                ? sizeof(uint64_t)
                                : sizeof(uint32_t);
  auto TypeOfWord = [&](ThreadLocalRule::Library What) {
    switch (What) {
    case ThreadLocalRule::Library::ModuleWord:
      return Types.Module;
    case ThreadLocalRule::Library::IndexWord:
      return Types.Offset;
    default:
      return Types.FromThreadPointer;
    }
  };
  for (const auto &Variable : ThreadLocalImports) {
    StringRef Name = Variable.first();
    auto Add = [&](ExecutorAddr Place, uint32_t Type) {
      if (Type != 0)
        Made.push_back(
            {.Place = Place, .Type = Type, .Import = Variable.second});
    };
    for (const Linked::Word &Each : Variables.linked().Words)
      if (const WorkingSection *Section = Memory.find(Each.Place.Section);
          Section && Each.Variable == Name)
        Add(Section->Target + Each.Place.Offset, TypeOfWord(Each.What));
    ExecutorAddr Index = Variables.indexOf(Name, Memory);
    if (Index.isNull())
      continue;
    Add(Index, Types.Module);
    Add(Index + WordSize, Types.Offset);
    if (Variables.linked().InitialExec.count(Name))
      Add(Index + Linked::OffsetInIndex, Types.FromThreadPointer);
    if (Variables.linked().Described.count(Name))
      Add(Index + Linked::DescriptorInIndex, Types.Descriptor);
  }
}

List<wire::Interpose::Copy> Imports::copies(const SectionMemory &Memory) const {
  List<wire::Interpose::Copy> Made;
  for (const NearImport &Each : Nearby)
    if (Each.IsCopy)
      Made.push({{Memory.sections()[Each.Section].Target,
                  All[Each.Import].Symbol.Size},
                 std::string_view(All[Each.Import].Name)});
  return Made;
}

void Imports::addFunctions(const SectionMemory &Memory,
                           List<wire::Interpose::Definition> &Made) const {
  for (const NearImport &Each : Nearby)
    if (isAddress(Each) && !isToldByImage(Each))
      Made.push({Memory.sections()[Each.Section].Target,
                 std::string_view(All[Each.Import].Name)});
}

std::vector<Imports::Function> Imports::functions() const {
  std::vector<Function> Found;
  for (const NearImport &Each : Nearby)
    if (isToldByImage(Each))
      Found.push_back({Each.Name, Each.Import});
  return Found;
}

ExecutorAddr Imports::addressOf(StringRef Reference,
                                const SectionMemory &Memory) const {
  for (const NearImport &Each : Nearby)
    if (Each.Name == Reference)
      return Memory.sections()[Each.Section].Target;
  return ExecutorAddr();
}

} // namespace remoterun::jit
