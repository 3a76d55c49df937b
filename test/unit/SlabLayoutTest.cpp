//===- SlabLayoutTest.cpp - Where sections go, and that they fit ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/SlabLayout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace remoterun;
using namespace remoterun::jit;

namespace {

constexpr uint64_t Page = 4096;
constexpr ExecutorRange Slab = {ExecutorAddr(0x10000000), 1024 * Page};

wire::Protection protectionFor(SectionKind Kind) {
  switch (Kind) {
  case SectionKind::Header:
  case SectionKind::ReadOnly:
  case SectionKind::Relro:
    return wire::Protection::Read;
  case SectionKind::Code:
    return wire::Protection::ReadExecute;
  case SectionKind::Writable:
  case SectionKind::Zero:
    break;
  }
  return wire::Protection::ReadWrite;
}

/// Everything that a layout promises, for whatever it was made from.
void expectSound(const std::vector<SectionRequirement> &Sections,
                 const SlabLayout &Layout, ExecutorRange Slab,
                 uint64_t PageSize) {
  ASSERT_EQ(Layout.Addresses.size(), Sections.size());
  ExecutorAddr End = Slab.Start;
  for (const Segment &Segment : Layout.Segments) {
    EXPECT_TRUE(Slab.contains(Segment.Range));
    EXPECT_EQ(Segment.Range.Start.value() % PageSize, 0u);
    EXPECT_EQ(Segment.Range.Size % PageSize, 0u);
    EXPECT_NE(Segment.Range.Size, 0u);
    EXPECT_GE(Segment.Range.Start, End) << "ascending and disjoint";
    End = Segment.Range.Start + Segment.Range.Size;
  }
  for (size_t I = 0; I != Sections.size(); ++I) {
    const SectionRequirement &Section = Sections[I];
    ExecutorRange Place = {Layout.Addresses[I], Section.Size};
    EXPECT_EQ(Place.Start.value() % Section.Alignment, 0u) << I;
    EXPECT_TRUE(Slab.contains(Place)) << I;
    for (size_t J = 0; J != I; ++J)
      EXPECT_FALSE(Place.overlaps({Layout.Addresses[J], Sections[J].Size}))
          << I << " and " << J;
    if (Section.Size == 0)
      continue;
    auto Holder =
        std::find_if(Layout.Segments.begin(), Layout.Segments.end(),
                     [&](const auto &S) { return S.Range.contains(Place); });
    ASSERT_NE(Holder, Layout.Segments.end()) << I;
    EXPECT_EQ(Holder->protection(), protectionFor(Section.Kind)) << I;
  }
}

TEST(SlabLayout, OfNothingIsNothing) {
  auto Layout = layOutSlab({}, Slab, Page);
  ASSERT_TRUE(Layout);
  EXPECT_TRUE(Layout->Addresses.empty());
  EXPECT_TRUE(Layout->Segments.empty());
}

TEST(SlabLayout, OfEmptySectionsReservesNothing) {
  std::vector<SectionRequirement> Sections = {{SectionKind::Code, 0, 16},
                                              {SectionKind::Zero, 0, 1}};
  auto Layout = layOutSlab(Sections, Slab, Page);
  ASSERT_TRUE(Layout);
  EXPECT_TRUE(Layout->Segments.empty());
  expectSound(Sections, *Layout, Slab, Page);
}

TEST(SlabLayout, PutsKindsInTheirOrder) {
  std::vector<SectionRequirement> Sections = {{SectionKind::Zero, 8, 8},
                                              {SectionKind::Writable, 8, 8},
                                              {SectionKind::Code, 8, 8},
                                              {SectionKind::ReadOnly, 8, 8}};
  auto Layout = layOutSlab(Sections, Slab, Page);
  ASSERT_TRUE(Layout);
  expectSound(Sections, *Layout, Slab, Page);
  EXPECT_LT(Layout->Addresses[3], Layout->Addresses[2]);
  EXPECT_LT(Layout->Addresses[2], Layout->Addresses[1]);
  EXPECT_LT(Layout->Addresses[1], Layout->Addresses[0]);
  EXPECT_EQ(Layout->Addresses[3], Slab.Start);
  std::vector<SectionKind> Kinds;
  for (const Segment &Each : Layout->Segments)
    Kinds.push_back(Each.Kind);
  EXPECT_EQ(Kinds, (std::vector<SectionKind>{
                       SectionKind::ReadOnly, SectionKind::Code,
                       SectionKind::Writable, SectionKind::Zero}));
}

TEST(SlabLayout, TellsTheExecutorOfEachSegment) {
  auto Layout = layOutSlab({{SectionKind::Header, 64, 8},
                            {SectionKind::ReadOnly, 8, 8},
                            {SectionKind::Relro, 8, 8},
                            {SectionKind::Code, 8, 8}},
                           Slab, Page);
  ASSERT_TRUE(Layout);
  auto Reserved = Layout->reservation();
  ASSERT_EQ(Reserved.size(), 3u);
  // What may be read only stands behind the header.
  EXPECT_EQ(Reserved[0].Range.Start, Layout->Segments[0].Range.Start);
  EXPECT_EQ(Reserved[0].Final, wire::Protection::Read);
  EXPECT_EQ(Layout->Segments[0].Kind, SectionKind::ReadOnly);
  EXPECT_EQ(Reserved[1].Final, wire::Protection::ReadExecute);
  EXPECT_EQ(Layout->Segments[2].Kind, SectionKind::Relro);
  EXPECT_EQ(Reserved[2].Final, wire::Protection::Read);
}

TEST(SlabLayout, KeepsTheOrderWithinAKind) {
  std::vector<SectionRequirement> Sections = {{SectionKind::Code, 3, 1},
                                              {SectionKind::ReadOnly, 100, 1},
                                              {SectionKind::Code, 5, 1},
                                              {SectionKind::Code, 1, 16}};
  auto Layout = layOutSlab(Sections, Slab, Page);
  ASSERT_TRUE(Layout);
  expectSound(Sections, *Layout, Slab, Page);
  ExecutorAddr Code = Slab.Start + Page;
  EXPECT_EQ(Layout->Addresses[0], Code);
  EXPECT_EQ(Layout->Addresses[2], Code + 3);
  EXPECT_EQ(Layout->Addresses[3], Code + 16);
}

TEST(SlabLayout, HonoursAlignmentsBeyondAPage) {
  std::vector<SectionRequirement> Sections = {
      {SectionKind::ReadOnly, 1, 1},
      {SectionKind::Code, 1, 64 * Page},
      {SectionKind::Writable, 1, 1},
      {SectionKind::Zero, 1, 128 * Page}};
  auto Layout = layOutSlab(Sections, Slab, Page);
  ASSERT_TRUE(Layout);
  expectSound(Sections, *Layout, Slab, Page);
}

TEST(SlabLayout, UsesTheLastByte) {
  std::vector<SectionRequirement> Sections = {
      {SectionKind::Code, Slab.Size - Page, 1}, {SectionKind::Zero, Page, 1}};
  auto Layout = layOutSlab(Sections, Slab, Page);
  ASSERT_TRUE(Layout);
  expectSound(Sections, *Layout, Slab, Page);
  Sections[1].Size = Page + 1;
  EXPECT_FALSE(layOutSlab(Sections, Slab, Page));
  Sections[1].Size = Page;
  Sections.push_back({SectionKind::Writable, 1, 1});
  EXPECT_FALSE(layOutSlab(Sections, Slab, Page));
}

TEST(SlabLayout, SaysWhatDidNotFit) {
  auto Layout =
      layOutSlab({{SectionKind::Zero, uint64_t(3) << 30, 1}}, Slab, Page);
  ASSERT_FALSE(Layout);
  EXPECT_EQ(Layout.error().Whose, Blame::Input);
  EXPECT_EQ(Layout.error().ExitStatus, 125);
  EXPECT_NE(Layout.error().Message.find("4 MiB"), std::string::npos)
      << Layout.error().Message;
}

TEST(SlabLayout, DoesNotWrapOnHugeSizes) {
  for (uint64_t Huge : {UINT64_MAX, UINT64_MAX - Page, uint64_t(1) << 63,
                        Slab.Size, UINT64_MAX - Slab.Start.value() + 1}) {
    EXPECT_FALSE(layOutSlab(
        {{SectionKind::ReadOnly, 1, 1}, {SectionKind::Zero, Huge, 1}}, Slab,
        Page))
        << Huge;
    EXPECT_FALSE(layOutSlab({{SectionKind::Zero, Huge, 1},
                             {SectionKind::Zero, Huge, 1},
                             {SectionKind::Code, Huge, 1}},
                            Slab, Page))
        << Huge;
  }
}

TEST(SlabLayout, DoesNotWrapOnHugeAlignments) {
  for (unsigned Bit : {31u, 40u, 62u, 63u})
    EXPECT_FALSE(
        layOutSlab({{SectionKind::Code, 1, uint64_t(1) << Bit}}, Slab, Page))
        << Bit;
}

TEST(SlabLayout, DoesNotWrapAtTheTopOfTheAddressSpace) {
  ExecutorRange Top = {ExecutorAddr(UINT64_MAX - 8 * Page + 1), 7 * Page};
  std::vector<SectionRequirement> Fits = {{SectionKind::Zero, 7 * Page, 1}};
  auto Layout = layOutSlab(Fits, Top, Page);
  ASSERT_TRUE(Layout);
  expectSound(Fits, *Layout, Top, Page);
  EXPECT_FALSE(layOutSlab({{SectionKind::Zero, 7 * Page + 1, 1}}, Top, Page));
}

/// Random programs in slabs of random size; the seed is fixed, so that a
/// failure comes again.
TEST(SlabLayout, IsSoundForRandomPrograms) {
  std::mt19937_64 Random(20240131);
  auto Below = [&Random](uint64_t Limit) { return Random() % Limit; };
  unsigned Fitting = 0, NotFitting = 0;
  for (unsigned Round = 0; Round != 2000; ++Round) {
    uint64_t PageSize = uint64_t(4096) << Below(5);
    ExecutorRange Some = {ExecutorAddr(PageSize * (1 + Below(1 << 20))),
                          PageSize * (1 + Below(256))};
    std::vector<SectionRequirement> Sections(Below(40));
    uint64_t WorstCase = 4 * PageSize;
    for (SectionRequirement &Section : Sections) {
      Section.Kind = static_cast<SectionKind>(Below(4));
      Section.Size = Below(4) == 0 ? Below(4) : Below(PageSize * 8);
      Section.Alignment = uint64_t(1) << Below(15);
      WorstCase += Section.Size + Section.Alignment;
    }
    auto Layout = layOutSlab(Sections, Some, PageSize);
    if (Layout) {
      ++Fitting;
      expectSound(Sections, *Layout, Some, PageSize);
    } else {
      ++NotFitting;
      EXPECT_GT(WorstCase, Some.Size) << "there was room";
    }
    if (HasFailure())
      FAIL() << "in round " << Round;
  }
  // Both sides of the question were asked.
  EXPECT_GT(Fitting, 100u);
  EXPECT_GT(NotFitting, 100u);
}

} // namespace
