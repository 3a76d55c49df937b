//===- NearSymbols.cpp - Library symbols that must be in reach ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/NearSymbols.h"
#include "jit/object/Symbol.h"

#include <algorithm>
#include <map>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// As aligned as the library has it, up to a cache line.
uint64_t alignmentOf(ExecutorAddr Address) {
  constexpr uint64_t Most = uint64_t(1) << wire::LookupReply::MostAlignment;
  return std::min(Most, Address.value() & -Address.value());
}

bool isVariable(const wire::LookupReply::Symbol &Symbol) {
  return Symbol.Kind == wire::SymbolKind::Data && Symbol.Size != 0;
}

} // namespace

NearSymbols::NearSymbols(const Isa &Target, const StringSet<> &Names)
    : Target(&Target) {
  for (const auto &Entry : Names)
    Symbols.try_emplace(Entry.first());
}

void NearSymbols::found(StringRef Name,
                        const wire::LookupReply::Symbol &Answer) {
  auto Known = Symbols.find(Name);
  if (Known != Symbols.end())
    Known->second.Found = Answer;
}

void NearSymbols::allocate(SectionMemory &Memory) {
  // By address: names for one variable, as environ and __environ are, must
  // remain names for one.
  std::map<ExecutorAddr, size_t> Allocated;
  for (auto &Entry : Symbols) {
    NearSymbol &Symbol = Entry.second;
    if (Symbol.Found.Address.isNull())
      continue;
    auto [Known, IsNew] = Allocated.try_emplace(Symbol.Found.Address);
    if (!IsNew) {
      Symbol.Section = Known->second;
      continue;
    }
    bool IsData = isVariable(Symbol.Found);
    SectionRequirement Needs =
        IsData
            ? SectionRequirement{SectionKind::Zero, Symbol.Found.Size,
                                 alignmentOf(Symbol.Found.Address)}
            : SectionRequirement{SectionKind::Code, Target->FarJump.Size, 16};
    Symbol.Section = Known->second =
        Memory.addSynthetic(IsData ? ".bss.copy" : ".plt", Needs);
  }
}

void NearSymbols::redirect(SectionMemory &Memory,
                           SymbolAddresses &Addresses) const {
  for (const auto &Entry : Symbols) {
    const NearSymbol &Symbol = Entry.second;
    if (Symbol.Found.Address.isNull())
      continue;
    const WorkingSection &Section = Memory.sections()[Symbol.Section];
    if (!isVariable(Symbol.Found))
      Target->FarJump.Write(Section.Memory, Section.Target.value(),
                            Symbol.Found.Address.value());
    Addresses[Entry.first()] = Section.Target;
  }
}

List<wire::Interpose::Variable>
NearSymbols::movedVariables(const SectionMemory &Memory) const {
  List<wire::Interpose::Variable> Moved;
  for (const auto &Entry : Symbols) {
    const NearSymbol &Symbol = Entry.second;
    if (isVariable(Symbol.Found))
      Moved.push(
          {Symbol.Found.Address,
           {Memory.sections()[Symbol.Section].Target, Symbol.Found.Size}});
  }
  return Moved;
}

void NearSymbols::addFunctions(const SectionMemory &Memory,
                               List<wire::Interpose::Definition> &Made) const {
  for (const auto &Entry : Symbols)
    if (Entry.second.Found.Kind == wire::SymbolKind::Function) {
      StringRef Name = Entry.first();
      Made.push({Memory.sections()[Entry.second.Section].Target,
                 std::string_view(VersionedName::of(Name).Name)});
    }
}

} // namespace remoterun::jit
