//===- GotOffsets.cpp - Distances from an object's own GOT ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/GotOffsets.h"
#include "jit/base/LlvmErrors.h"
#include "jit/object/RawObject.h"

#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// Calls \p Visit with every relocation of loaded sections, and the section's
/// index.
Error forEachRelocation(MutableArrayRef<char> Object,
                        function_ref<void(uint64_t, Rela &)> Visit) {
  auto Parsed = parseRaw(Object);
  if (!Parsed)
    return Parsed.takeError();
  const auto &[File, Sections] = *Parsed;
  for (const Shdr &Section : Sections) {
    if (Section.sh_type != ELF::SHT_RELA ||
        Section.sh_info >= Sections.size() ||
        !(Sections[Section.sh_info].sh_flags & ELF::SHF_ALLOC))
      continue;
    auto Relocations = File.relas(Section);
    if (!Relocations)
      return Relocations.takeError();
    for (const Rela &Relocation : *Relocations)
      Visit(Section.sh_info, writable(Relocation));
  }
  return Error::success();
}

} // namespace

Expected<GotOffsets> GotOffsets::find(std::vector<ProgramObject> &Objects) {
  GotOffsets Found;
  for (size_t Number = 0; Number != Objects.size(); ++Number) {
    auto Note = [&](uint64_t Section, Rela &Relocation) {
      if (Relocation.getType(false) == ELF::R_X86_64_PLTOFF64)
        Relocation.setType(ELF::R_X86_64_GOTOFF64, false);
      if (Relocation.getType(false) == ELF::R_X86_64_GOTOFF64)
        Found.Distances.push_back({{Number, Section}, Relocation.r_offset});
    };
    if (Error E = forEachRelocation(Objects[Number].Bytes, Note))
      return fromLlvm(Blame::Input,
                      "cannot link object '" + Objects[Number].Name + "'",
                      std::move(E));
  }
  return Found;
}

void GotOffsets::correct(SectionMemory &Memory) const {
  const WorkingSection *First = Memory.firstGot();
  for (const Distance &Wrong : Distances) {
    const WorkingSection *Section = Memory.find(Wrong.Section);
    const WorkingSection *Own = Memory.gotOf(Wrong.Section.Object);
    if (!Section || !Own || Own == First)
      continue;
    uint8_t *Where = Section->Memory + Wrong.Offset;
    support::endian::write64le(
        Where, support::endian::read64le(Where) +
                   (First->Target.value() - Own->Target.value()));
  }
}

} // namespace remoterun::jit
