//===- ProgramMap.cpp - What of the program is where ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ProgramMap.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

using namespace llvm;

namespace remoterun::jit {

namespace {

bool isBefore(SectionKey A, SectionKey B) {
  return std::tie(A.Object, A.Index) < std::tie(B.Object, B.Index);
}

} // namespace

ProgramMap::ProgramMap(const Isa &Target, std::vector<PlacedSection> Placing,
                       std::span<const wire::Reserve::Segment> Placed,
                       ThreadLocals::OffsetMap ThreadOffsets,
                       StringMap<ExecutorAddr> Commons)
    : Target(&Target), Sections(std::move(Placing)),
      ThreadOffsets(std::move(ThreadOffsets)), Commons(std::move(Commons)) {
  Segments.append(Placed.data(), Placed.size());
  sortSections();
}

void ProgramMap::addCode(ArrayRef<ExecutorRange> Ranges) {
  for (ExecutorRange Range : Ranges)
    Sections.push_back({Range, {}, SectionKind::Code});
  sortSections();
}

void ProgramMap::sortSections() {
  // An empty section comes before the one that is at its address.
  sort(Sections, [](const PlacedSection &A, const PlacedSection &B) {
    return std::tie(A.Range.Start, A.Range.Size) <
           std::tie(B.Range.Start, B.Range.Size);
  });
  ByKey.clear();
  for (size_t I = 0; I != Sections.size(); ++I)
    if (Sections[I].Key.Index != 0)
      ByKey.push_back(static_cast<uint32_t>(I));
  sort(ByKey, [&](uint32_t A, uint32_t B) {
    return isBefore(Sections[A].Key, Sections[B].Key);
  });
}

const PlacedSection *ProgramMap::at(ExecutorAddr Address) const {
  auto After = upper_bound(
      Sections, Address,
      [](ExecutorAddr A, const PlacedSection &B) { return A < B.Range.Start; });
  if (After == Sections.begin())
    return nullptr;
  const PlacedSection &Found = *std::prev(After);
  return Found.Range.contains({Address, 1}) ? &Found : nullptr;
}

bool ProgramMap::hasSectionIn(ExecutorRange Range) const {
  return any_of(Sections, [Range](const PlacedSection &Each) {
    return Range.contains({Each.Range.Start, 1});
  });
}

ExecutorAddr ProgramMap::addressOf(SectionKey Key) const {
  auto Found = lower_bound(ByKey, Key, [&](uint32_t A, SectionKey B) {
    return isBefore(Sections[A].Key, B);
  });
  if (Found == ByKey.end() || isBefore(Key, Sections[*Found].Key))
    return ExecutorAddr();
  return Sections[*Found].Range.Start;
}

std::optional<uint64_t> ProgramMap::threadLocalOffset(SectionKey Key) const {
  auto Found = ThreadOffsets.find({Key.Object, Key.Index});
  return Found == ThreadOffsets.end() ? std::nullopt
                                      : std::optional(Found->second);
}

} // namespace remoterun::jit
