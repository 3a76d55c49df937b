//===- SlabLayout.cpp - Where each section goes ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/SlabLayout.h"

namespace remoterun::jit {

namespace {

/// Hands out the slab from its start; remembers when it did not suffice.
class SlabCursor {
public:
  explicit SlabCursor(ExecutorRange Slab) : Slab(Slab) {}

  ExecutorAddr position() const { return Slab.Start + Used; }

  void alignTo(uint64_t Alignment) {
    uint64_t Beyond = position().value() & (Alignment - 1);
    advance(Beyond == 0 ? 0 : Alignment - Beyond);
  }
  void advance(uint64_t Size) {
    if (Size > Slab.Size - Used)
      IsExhausted = true;
    else
      Used += Size;
  }
  bool isExhausted() const { return IsExhausted; }

private:
  ExecutorRange Slab;
  uint64_t Used = 0;
  bool IsExhausted = false;
};

Failure slabTooSmall(const std::vector<SectionRequirement> &Sections,
                     ExecutorRange Slab) {
  constexpr uint64_t MiB = 1024 * 1024;
  // In MiB each, so that the sum of what a program asks for cannot wrap.
  uint64_t Wanted = 0;
  for (const SectionRequirement &Section : Sections)
    Wanted += Section.Size / MiB + 1;
  return {Blame::Input, "the program does not fit: it needs about " +
                            std::to_string(Wanted) +
                            " MiB of memory for code and data, the executor "
                            "could reserve " +
                            std::to_string(Slab.Size / MiB) + " MiB"};
}

} // namespace

wire::Protection Segment::protection() const {
  switch (Kind) {
  case SectionKind::Header:
  case SectionKind::ReadOnly:
  case SectionKind::Relro:
    return wire::Protection::Read;
  case SectionKind::Code:
    return wire::Protection::ReadExecute;
  case SectionKind::Writable:
  case SectionKind::Zero:
    return wire::Protection::ReadWrite;
  }
  return wire::Protection::Read;
}

List<wire::Reserve::Segment> SlabLayout::reservation() const {
  List<wire::Reserve::Segment> Reserved;
  for (const Segment &Each : Segments)
    Reserved.push({Each.Range, Each.protection()});
  return Reserved;
}

Expected<SlabLayout> layOutSlab(const std::vector<SectionRequirement> &Sections,
                                ExecutorRange Slab, uint64_t PageSize) {
  SlabLayout Layout;
  Layout.Addresses.resize(Sections.size());
  SlabCursor Cursor(Slab);
  ExecutorAddr Start = Cursor.position();
  for (SectionKind Kind :
       {SectionKind::Header, SectionKind::ReadOnly, SectionKind::Code,
        SectionKind::Relro, SectionKind::Writable, SectionKind::Zero}) {
    for (size_t I = 0; I != Sections.size(); ++I) {
      const SectionRequirement &Section = Sections[I];
      if (Section.Kind != Kind)
        continue;
      Cursor.alignTo(Section.Alignment);
      Layout.Addresses[I] = Cursor.position();
      Cursor.advance(Section.Size);
    }
    // What may be read only follows it in the same segment.
    if (Kind == SectionKind::Header)
      continue;
    Cursor.alignTo(PageSize);
    if (Cursor.isExhausted())
      return slabTooSmall(Sections, Slab);
    if (Cursor.position() != Start)
      Layout.Segments.emplace_back(
          ExecutorRange{Start, Cursor.position() - Start}, Kind);
    Start = Cursor.position();
  }
  return Layout;
}

} // namespace remoterun::jit
