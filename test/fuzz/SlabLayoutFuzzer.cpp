//===- SlabLayoutFuzzer.cpp - Any sections in any slab --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The input is a slab and a list of sections; the layout of them must hold what
// it promises, and may be missing only where there is no room.
//
//===----------------------------------------------------------------------===//

#include "FuzzTarget.h"
#include "jit/link/SlabLayout.h"
#include "wire/Codec.h"

#include <algorithm>
#include <vector>

using namespace remoterun;
using namespace remoterun::fuzz;
using jit::SectionKind;
using jit::SectionRequirement;
using wire::Protection;

namespace {

/// For sums of what fits 64 bits.
__extension__ using Wide = unsigned __int128;

struct Problem {
  uint64_t PageSize = 0;
  ExecutorRange Slab;
  std::vector<SectionRequirement> Sections;
};

/// A slab as Hello may have it (PROTOCOL.md, R13 and R14).
bool readSlab(wire::ByteReader &Reader, Problem &Out) {
  Out.PageSize = uint64_t(1) << (9 + Reader.u8() % 16);
  uint64_t Mask = ~(Out.PageSize - 1);
  uint64_t Start = Reader.u64() & Mask, Size = Reader.u64() & Mask;
  Out.Slab = {ExecutorAddr(Start), Size};
  return !Reader.failed() && Start != 0 && Size != 0 &&
         Start <= UINT64_MAX - Size;
}

/// Small sections in four bytes, those of any size in ten.
SectionRequirement readSection(wire::ByteReader &Reader) {
  uint8_t Kind = Reader.u8();
  SectionRequirement Section;
  Section.Kind = static_cast<SectionKind>(Kind % 6);
  Section.Alignment = uint64_t(1) << (Reader.u8() % 64);
  Section.Size = Kind & 0x80 ? Reader.u64() : Reader.u16();
  return Section;
}

bool readProblem(std::span<const uint8_t> Input, Problem &Out) {
  constexpr size_t MaxSections = 400;
  wire::ByteReader Reader(Input);
  if (!readSlab(Reader, Out))
    return false;
  while (!Reader.finished() && Out.Sections.size() != MaxSections) {
    SectionRequirement Section = readSection(Reader);
    if (Reader.failed())
      return false;
    Out.Sections.push_back(Section);
  }
  return true;
}

Protection protectionFor(SectionKind Kind) {
  if (Kind == SectionKind::Header || Kind == SectionKind::ReadOnly ||
      Kind == SectionKind::Relro)
    return Protection::Read;
  return Kind == SectionKind::Code ? Protection::ReadExecute
                                   : Protection::ReadWrite;
}

void requireSegments(const Problem &Given, const jit::SlabLayout &Layout) {
  for (const jit::Segment &Segment : Layout.Segments) {
    require(Given.Slab.contains(Segment.Range) && Segment.Range.Size != 0);
    require(Segment.Range.Start.value() % Given.PageSize == 0 &&
            Segment.Range.Size % Given.PageSize == 0);
  }
  // The executor must take them: ascending and disjoint.
  wire::Reserve Request;
  Request.Segments = Layout.reservation();
  ByteBuffer Encoded;
  wire::encode(Request, Encoded);
  require(static_cast<bool>(wire::decode<wire::Reserve>(Encoded.span())));
}

bool isHeld(const jit::SlabLayout &Layout, ExecutorRange Place,
            SectionKind Kind) {
  for (const jit::Segment &Segment : Layout.Segments)
    if (Segment.Range.contains(Place))
      return Segment.protection() == protectionFor(Kind);
  return false;
}

void requirePlaces(const Problem &Given, const jit::SlabLayout &Layout) {
  require(Layout.Addresses.size() == Given.Sections.size());
  std::vector<ExecutorRange> Places;
  for (size_t I = 0; I != Given.Sections.size(); ++I) {
    const SectionRequirement &Section = Given.Sections[I];
    ExecutorRange Place = {Layout.Addresses[I], Section.Size};
    require(Place.Start.value() % Section.Alignment == 0);
    require(Given.Slab.contains(Place));
    if (Section.Size == 0)
      continue;
    require(isHeld(Layout, Place, Section.Kind));
    Places.push_back(Place);
  }
  std::sort(Places.begin(), Places.end(),
            [](const ExecutorRange &A, const ExecutorRange &B) {
              return A.Start < B.Start;
            });
  for (size_t I = 1; I < Places.size(); ++I)
    require(!Places[I].overlaps(Places[I - 1]));
}

/// Each kind may waste a page, each section its alignment.
void requireShortage(const Problem &Given) {
  Wide Enough = Wide(4) * Given.PageSize;
  for (const SectionRequirement &Section : Given.Sections)
    Enough += Wide(Section.Size) + Section.Alignment;
  require(Enough > Given.Slab.Size);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  Problem Given;
  if (!readProblem({Data, Size}, Given))
    return 0;
  auto Layout = jit::layOutSlab(Given.Sections, Given.Slab, Given.PageSize);
  if (!Layout) {
    requireShortage(Given);
    return 0;
  }
  requireSegments(Given, *Layout);
  requirePlaces(Given, *Layout);
  Accepted = true;
  return 0;
}
