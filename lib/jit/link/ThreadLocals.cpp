//===- ThreadLocals.cpp - Native TLS of the program's objects -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ThreadLocals.h"

#include "llvm/Support/Endian.h"

using namespace llvm;

namespace remoterun::jit {

StringRef ThreadLocals::needsImage() const {
  if (!Linked.InitialExec.empty())
    return *Linked.InitialExec.begin();
  if (hasDescriptors() && DescriptorFunction.isNull())
    return *Linked.Described.begin();
  return Linked.Words.empty() ? StringRef() : Linked.Words.front().Variable;
}

Expected<void>
ThreadLocals::check(function_ref<bool(StringRef)> IsOfLibrary) const {
  for (const auto &[Variable, Refusal] : Linked.Nowhere)
    if (IsOfLibrary(Variable))
      return Refusal;
  return {};
}

void ThreadLocals::allocate(SectionMemory &Memory) {
  if (!Linked.LibraryVariables.empty())
    IndexSection =
        Memory.addSynthetic(".got.tls", {SectionKind::Writable,
                                         LinkedThreadLocals::IndexSize *
                                             Linked.LibraryVariables.size(),
                                         LinkedThreadLocals::IndexSize});
  for (const LinkedThreadLocals::Word &Each : Linked.Words)
    Memory.makeRelro(Each.Place.Section);
}

void ThreadLocals::redirect(const SectionMemory &Memory,
                            SymbolAddresses &Addresses) {
  // Where they have been placed before, that is what is in Addresses.
  if (Instances.empty())
    for (const std::string &Name : Linked.LibraryVariables)
      Instances.push_back(Addresses[Name]);
  Indices.clear();
  for (size_t I = 0; I != Linked.LibraryVariables.size(); ++I) {
    ExecutorAddr Slot = Memory.sections()[IndexSection].Target +
                        I * LinkedThreadLocals::IndexSize;
    // A weak one may be nowhere, and its index stays zero.
    if (!Instances[I].isNull())
      Indices.push({Slot, Instances[I]});
    if (!DescriptorFunction.isNull()) {
      const WorkingSection &Section = Memory.sections()[IndexSection];
      uint8_t *Descriptor = Section.Memory + (Slot - Section.Target) +
                            LinkedThreadLocals::DescriptorInIndex;
      support::endian::write64le(Descriptor, DescriptorFunction.value());
      support::endian::write64le(Descriptor + sizeof(uint64_t), Slot.value());
    }
    Addresses[Linked.LibraryVariables[I]] = Slot;
  }
}

void ThreadLocals::found(StringRef Variable, ExecutorAddr Instance) {
  for (size_t I = 0; I != Instances.size(); ++I)
    if (Linked.LibraryVariables[I] == Variable)
      Instances[I] = Instance;
}

ExecutorAddr ThreadLocals::indexOf(StringRef Variable,
                                   const SectionMemory &Memory) const {
  for (size_t I = 0; I != Linked.LibraryVariables.size(); ++I)
    if (Linked.LibraryVariables[I] == Variable)
      return Memory.sections()[IndexSection].Target +
             I * LinkedThreadLocals::IndexSize;
  return ExecutorAddr();
}

std::optional<uint64_t>
ThreadLocals::offsetOf(const JoinedPlace &Variable) const {
  auto Known =
      Linked.Offsets.find({Variable.Section.Object, Variable.Section.Index});
  if (Known == Linked.Offsets.end())
    return std::nullopt;
  return Known->second + Variable.Offset;
}

List<wire::Run::ThreadLocalImage>
ThreadLocals::images(const SectionMemory &Memory) const {
  List<wire::Run::ThreadLocalImage> Result;
  for (const LinkedThreadLocals::Image &Part : Linked.Images)
    if (const WorkingSection *Section = Memory.find(Part.Section))
      Result.push({{Section->Target, Part.Size}, Part.Offset});
  return Result;
}

} // namespace remoterun::jit
