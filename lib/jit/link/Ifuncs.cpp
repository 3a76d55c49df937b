//===- Ifuncs.cpp - Functions that choose themselves at start -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/Ifuncs.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Room for a pointer, whatever its size.
constexpr uint64_t SlotSize = 8;

} // namespace

Ifuncs::Ifuncs(const Isa &Target, ArrayRef<JoinedProgram::Ifunc> Found)
    : Target(&Target) {
  for (const JoinedProgram::Ifunc &Each : Found)
    All.push_back({Each.Name, Each.Resolver});
}

ExecutorAddr Ifuncs::addressOf(StringRef Name,
                               const SectionMemory &Memory) const {
  for (const Ifunc &Each : All)
    if (Each.Name == Name)
      return Memory.sections()[Each.Entry].Target;
  return ExecutorAddr();
}

ExecutorAddr Ifuncs::slotOf(StringRef Name, const SectionMemory &Memory) const {
  for (const Ifunc &Each : All)
    if (Each.Name == Name)
      return Memory.sections()[Each.Slot].Target;
  return ExecutorAddr();
}

void Ifuncs::allocate(SectionMemory &Memory) {
  for (Ifunc &Each : All) {
    Each.Entry = Memory.addSynthetic(
        ".iplt", {SectionKind::Code, Target->SlotJump.Size, 16});
    Each.Slot = Memory.addSynthetic(".igot.plt",
                                    {SectionKind::Zero, SlotSize, SlotSize});
  }
}

void Ifuncs::redirect(SectionMemory &Memory, SymbolAddresses &Addresses) const {
  for (const Ifunc &Each : All) {
    const WorkingSection &Entry = Memory.sections()[Each.Entry];
    ExecutorAddr Slot = Memory.sections()[Each.Slot].Target;
    Target->SlotJump.Write(Entry.Memory, Entry.Target.value(), Slot.value());
    Addresses[Each.Name] = Entry.Target;
  }
}

List<wire::Run::Ifunc> Ifuncs::slots(const SectionMemory &Memory) const {
  List<wire::Run::Ifunc> Slots;
  for (const Ifunc &Each : All) {
    const WorkingSection *Code = Memory.find(Each.Resolver.Section);
    if (Code)
      Slots.push({Memory.sections()[Each.Slot].Target,
                  Code->Target + Each.Resolver.Offset});
  }
  return Slots;
}

} // namespace remoterun::jit
