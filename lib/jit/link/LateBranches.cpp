//===- LateBranches.cpp - Calls of late code ------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/LateBranches.h"
#include "jit/base/ElfView.h"
#include "jit/base/LlvmErrors.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Alignment.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

Failure failure(const Twine &Why) {
  return {Blame::Internal, ("cannot link late code: " + Why).str()};
}

/// Of every instruction set: does nothing.
constexpr uint32_t NoRelocation = 0;

} // namespace

Expected<LateBranches> LateBranches::take(ObjectBytes &Object,
                                          const Isa &Target,
                                          LateLinker::Resolve Find) {
  LateBranches Made(Target);
  if (!Target.Late->WriteBranch)
    return Made;
  if (auto Taken = Made.takeFrom<object::ELF64LE>(Object, Find); !Taken)
    return Taken.error();
  return Made;
}

template <typename ELFT>
Expected<void> LateBranches::takeFrom(ObjectBytes &Object,
                                      LateLinker::Resolve Find) {
  auto View = ElfView<ELFT>::create(Object);
  if (!View)
    return failure(toString(View.takeError()));
  for (const auto &Table : View->sections()) {
    if (Table.sh_type != ELF::SHT_RELA)
      continue;
    auto Relocations = View->relocationsOf(Table);
    if (!Relocations)
      return failure(toString(Relocations.takeError()));
    for (auto &Each : *Relocations) {
      uint32_t Symbol = Each.getSymbol(false);
      if (!Target->Rule(Each.getType(false)).IsCall)
        continue;
      if (Symbol == 0 || Symbol >= View->symbols().size())
        return failure("a call of no symbol");
      const auto &Referred = View->symbols()[Symbol];
      auto Name = View->nameOf(Referred);
      if (!Name)
        return failure(toString(Name.takeError()));
      Branch Its = {.Section = Table.sh_info,
                    .Offset = Each.r_offset,
                    .To = View->sectionOf(Referred),
                    .Value = Referred.st_value,
                    .Name = Name->str()};
      if (Referred.isUndefined()) {
        std::optional<LateReference> Found = Find(*Name);
        if (!Found || Found->Call.isNull())
          return failure("'" + *Name + "' cannot be called");
        Its.Value = Found->Call.value();
      }
      Its.Value += static_cast<uint64_t>(int64_t(Each.r_addend));
      Branches.push_back(std::move(Its));
      Each.setSymbolAndType(0, NoRelocation, false);
    }
  }
  return {};
}

Expected<void> LateBranches::write(function_ref<Place(uint32_t Section)> Find,
                                   LateWindow &Code) const {
  DenseMap<uint64_t, uint64_t> JumpTo; ///< Its place, by where it leads.
  for (const Branch &Each : Branches) {
    Place Its = Find(Each.Section);
    if (!Its.Memory)
      continue;
    uint8_t *Memory = Its.Memory + Each.Offset;
    uint64_t At = Its.Address.value() + Each.Offset;
    uint64_t To = Each.Value;
    if (Each.To != 0)
      To += Find(Each.To).Address.value();
    if (Target->Late->WriteBranch(Memory, At, To))
      continue;
    auto [Jump, IsNew] = JumpTo.try_emplace(To);
    if (IsNew) {
      const uint64_t Start = Code.Range.Start.value();
      uint64_t Place = alignTo(Start + Code.Used, Align(sizeof(uint64_t)));
      if (!Code.Range.contains({ExecutorAddr(Place), Target->FarJump.Size}))
        return failure("the window for code is full");
      Target->FarJump.Write(&Code.Memory[Place - Start], Place, To);
      Code.Used = Place - Start + Target->FarJump.Size;
      Jump->second = Place;
    }
    if (!Target->Late->WriteBranch(Memory, At, Jump->second))
      return failure("a call of '" + Each.Name + "' is too far from all");
  }
  return {};
}

} // namespace remoterun::jit
