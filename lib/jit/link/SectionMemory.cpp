//===- SectionMemory.cpp - Working memory of the program's sections -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/SectionMemory.h"
#include "jit/link/LinkerSymbols.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Written by relocation only; a native linker puts them under RELRO.
bool isReadOnlyAfterRelocation(StringRef Name) {
  return Name == ".got" || Name.starts_with(".data.rel.ro") ||
         Name.starts_with(".init_array") || Name.starts_with(".fini_array") ||
         Name.starts_with(".preinit_array");
}

bool isFunctionArray(uint64_t Type) {
  return Type == ELF::SHT_INIT_ARRAY || Type == ELF::SHT_FINI_ARRAY ||
         Type == ELF::SHT_PREINIT_ARRAY;
}

} // namespace

uint8_t *SectionMemory::allocate(uint64_t Size, uint64_t Alignment,
                                 StringRef Name, SectionKind Kind) {
  Alignment = std::max<uint64_t>(Alignment, 1);
  WorkingSection Section;
  // Zeroed, because RuntimeDyld leaves the stub space behind a section as it
  // is; and by calloc, which does not touch large blocks for that.
  Section.Owned.reset(std::calloc(1, Size + Alignment));
  if (!Section.Owned)
    report_bad_alloc_error("out of memory for a section of the program");
  Section.Memory = reinterpret_cast<uint8_t *>(
      alignAddr(Section.Owned.get(), Align(Alignment)));
  Section.Allocated = Size;
  Section.Name = Name.str();
  Section.Needs = {Kind, Size, Alignment};
  Sections.push_back(std::move(Section));
  return Sections.back().Memory;
}

void SectionMemory::makeRelro(SectionKey Key) {
  if (const WorkingSection *Found = find(Key)) {
    WorkingSection &Section =
        Sections[static_cast<size_t>(Found - Sections.data())];
    if (Section.Needs.Kind == SectionKind::ReadOnly)
      Section.Needs.Kind = SectionKind::Relro;
  }
}

size_t SectionMemory::addSynthetic(StringRef Name, SectionRequirement Needs) {
  allocate(Needs.Size, Needs.Alignment, Name, Needs.Kind);
  Sections.back().IsSynthetic = true;
  return Sections.size() - 1;
}

uint8_t *SectionMemory::allocateCodeSection(uintptr_t Size, unsigned Alignment,
                                            unsigned, StringRef SectionName) {
  return allocate(Size, Alignment, SectionName, SectionKind::Code);
}

uint8_t *SectionMemory::allocateDataSection(uintptr_t Size, unsigned Alignment,
                                            unsigned, StringRef SectionName,
                                            bool IsReadOnly) {
  bool ReadOnly = IsReadOnly || isReadOnlyAfterRelocation(SectionName);
  return allocate(Size, Alignment, SectionName,
                  ReadOnly ? SectionKind::ReadOnly : SectionKind::Writable);
}

void SectionMemory::registerEHFrames(uint8_t *, uint64_t LoadAddr,
                                     size_t Size) {
  UnwindTables.push_back({ExecutorAddr(LoadAddr), Size});
}

void SectionMemory::beginObject(size_t Number, const ProgramObject &Object) {
  Current = &Object;
  FirstOfCurrent = Sections.size();
  CurrentNumber = Number;
  ByIndex.resize(Number + 1);
}

void SectionMemory::notifyObjectLoaded(ObjectKey,
                                       const object::ObjectFile &File,
                                       const RuntimeDyld::LoadedObjectInfo &L) {
  DenseMap<uint64_t, size_t> ByMemory;
  for (size_t I = FirstOfCurrent; I != Sections.size(); ++I)
    ByMemory[reinterpret_cast<uintptr_t>(Sections[I].Memory)] = I;
  for (object::ELFSectionRef Section : File.sections()) {
    auto Found = ByMemory.find(L.getSectionLoadAddress(Section));
    if (Found == ByMemory.end())
      continue;
    WorkingSection &Working = Sections[Found->second];
    // Without padding, so that such sections lie side by side as arrays do.
    if (isBoundedSection(Working.Name) &&
        Working.Needs.Kind != SectionKind::Code)
      Working.Needs.Size = Working.Allocated = Section.getSize();
    ByIndex.back()[Section.getIndex()] = Found->second;
    Working.Key = {CurrentNumber, Section.getIndex()};
    if (isFunctionArray(Section.getType())) {
      // What is left over is no pointer, and ld.so skips it as well.
      Working.ArraySize =
          alignDown(Section.getSize(), File.getBytesInAddress());
      Working.Needs.Alignment =
          std::max<uint64_t>(Working.Needs.Alignment, sizeof(uint64_t));
    }
    if (Section.getType() != ELF::SHT_NOBITS)
      continue;
    Working.Needs.Kind = SectionKind::Zero;
    auto TrueSize = Current->TrueSizes.find(Section.getIndex());
    if (TrueSize != Current->TrueSizes.end())
      Working.Needs.Size = TrueSize->second;
  }
}

const WorkingSection *SectionMemory::find(SectionKey Key) const {
  if (Key.Object >= ByIndex.size())
    return nullptr;
  auto Found = ByIndex[Key.Object].find(Key.Index);
  return Found == ByIndex[Key.Object].end() ? nullptr
                                            : &Sections[Found->second];
}

} // namespace remoterun::jit
