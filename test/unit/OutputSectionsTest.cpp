//===- OutputSectionsTest.cpp - Sections by their names -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/OutputSections.h"

#include "llvm/BinaryFormat/ELF.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace remoterun::jit;

namespace {

InputSection section(StringRef Name, uint64_t Size, uint64_t Alignment = 1,
                     uint64_t Flags = ELF::SHF_ALLOC,
                     uint32_t Type = ELF::SHT_PROGBITS) {
  InputSection Made;
  Made.Name = Name;
  Made.Type = Type;
  Made.Flags = Flags;
  Made.Size = Size;
  Made.Alignment = Alignment;
  return Made;
}

/// The offsets of all input sections, in the order of add().
std::vector<uint64_t> offsets(OutputSections &Sections) {
  Sections.place();
  std::vector<uint64_t> Found;
  for (const InputSection &Each : Sections.inputs())
    Found.push_back(Each.Offset);
  return Found;
}

TEST(OutputSections, AreNamedAsLinkersName) {
  EXPECT_EQ(outputNameOf(".text.f"), ".text");
  EXPECT_EQ(outputNameOf(".text"), ".text");
  EXPECT_EQ(outputNameOf(".textual"), ".textual");
  EXPECT_EQ(outputNameOf(".data.rel.ro.local.x"), ".data.rel.ro");
  EXPECT_EQ(outputNameOf(".rodata.str1.1"), ".rodata");
  EXPECT_EQ(outputNameOf(".init_array.00101"), ".init_array");
  EXPECT_EQ(outputNameOf(".ctors.65434"), ".init_array");
  EXPECT_EQ(outputNameOf(".dtors"), ".fini_array");
  EXPECT_EQ(outputNameOf("mine"), "mine");
  EXPECT_EQ(outputNameOf(""), "");
}

TEST(OutputSections, StandInTheirOrderAndAligned) {
  OutputSections Sections(/*KeepsPriorities=*/false);
  Sections.add(section(".data.a", 3));
  Sections.add(section(".rodata", 5));
  Sections.add(section(".data.b", 8, 8));
  Sections.add(section(".data", 1));
  EXPECT_EQ(offsets(Sections), (std::vector<uint64_t>{0, 0, 8, 16}));
  ASSERT_EQ(Sections.outputs().size(), 2u);
  EXPECT_EQ(Sections.outputs()[0].Name, ".data");
  EXPECT_EQ(Sections.outputs()[0].Size, 17u);
  EXPECT_EQ(Sections.outputs()[0].Alignment, 8u);
}

TEST(OutputSections, EndWhereStubsCanStand) {
  OutputSections Sections(false);
  Sections.add(section(".text", 6, 2, ELF::SHF_ALLOC | ELF::SHF_EXECINSTR));
  Sections.add(section(".rodata", 6, 2));
  Sections.place(/*CodeAlignment=*/4);
  ASSERT_EQ(Sections.outputs().size(), 2u);
  EXPECT_EQ(Sections.outputs()[0].Size, 8u);
  EXPECT_EQ(Sections.outputs()[0].Alignment, 4u);
  EXPECT_EQ(Sections.outputs()[1].Size, 6u);
  EXPECT_EQ(Sections.outputs()[1].Alignment, 2u);
}

TEST(OutputSections, HaveTheProtectionThatAllNeed) {
  OutputSections Sections(false);
  Sections.add(section("mine", 4));
  Sections.add(section("mine", 4, 1, ELF::SHF_ALLOC | ELF::SHF_WRITE));
  ASSERT_EQ(Sections.outputs().size(), 1u);
  EXPECT_EQ(Sections.outputs()[0].Flags, ELF::SHF_ALLOC | ELF::SHF_WRITE);
}

TEST(OutputSections, AreNeverWrittenAndExecuted) {
  OutputSections Sections(false);
  Sections.add(section(".text", 4, 1, ELF::SHF_ALLOC | ELF::SHF_WRITE));
  Sections.add(section(".text", 4, 1, ELF::SHF_ALLOC | ELF::SHF_EXECINSTR));
  EXPECT_EQ(Sections.outputs()[0].Flags, ELF::SHF_ALLOC | ELF::SHF_EXECINSTR);
}

TEST(OutputSections, ArraysAreSortedByPriority) {
  OutputSections Sections(false);
  Sections.add(section(".init_array", 8, 8));
  Sections.add(section(".init_array.300", 8, 8));
  Sections.add(section(".ctors.65335", 8, 8)); // 200
  Sections.add(section(".init_array.00100", 8, 8));
  Sections.add(section(".ctors", 8, 8));
  EXPECT_EQ(offsets(Sections), (std::vector<uint64_t>{24, 16, 8, 0, 32}));
}

TEST(OutputSections, ArraysOfOnePriorityAreSortedByName) {
  OutputSections Sections(false);
  Sections.add(section(".init_array.200", 8));
  Sections.add(section(".ctors.65335", 8));
  Sections.add(section(".init_array.200", 8));
  Sections.add(section(".init_array", 8));
  Sections.add(section(".ctors", 8));
  EXPECT_EQ(offsets(Sections), (std::vector<uint64_t>{8, 0, 16, 24, 32}));
}

TEST(OutputSections, OneMayComeFirst) {
  OutputSections Sections(false);
  Sections.add(section(".init", 4));
  InputSection Prologue = section(".init", 2);
  Prologue.ComesFirst = true;
  Sections.add(Prologue);
  EXPECT_EQ(offsets(Sections), (std::vector<uint64_t>{2, 0}));
}

TEST(OutputSections, TablesAreInTheOrderOfWhatTheyDescribe) {
  OutputSections Sections(false);
  size_t TableOfLast = Sections.add(section("table", 1));
  Sections.add(section("table", 10)); // Describes nothing, and stays.
  size_t TableOfFirst = Sections.add(section("table", 2));
  size_t Last = Sections.add(section(".text.last", 4));
  size_t First = Sections.add(section(".text.unlikely.first", 4));
  Sections.link(TableOfLast, Last);
  Sections.link(TableOfFirst, First);
  EXPECT_EQ(offsets(Sections), (std::vector<uint64_t>{12, 2, 0, 4, 0}));
}

TEST(OutputSections, ArraysOfManyObjectsStayApart) {
  OutputSections Sections(/*KeepsPriorities=*/true);
  Sections.add(section(".init_array.300", 8, 8));
  Sections.add(section(".init_array", 8, 8));
  EXPECT_EQ(Sections.outputs().size(), 2u);
}

TEST(OutputSections, RarelyUsedCodeComesFirst) {
  OutputSections Sections(false);
  Sections.add(section(".text.f", 16));
  Sections.add(section(".text.unlikely.g", 16));
  Sections.add(section(".text.startup.main", 16));
  EXPECT_EQ(offsets(Sections), (std::vector<uint64_t>{32, 0, 16}));
}

TEST(OutputSections, LargeZeroesStandAlone) {
  constexpr uint64_t Large = 1 << 20;
  OutputSections Sections(false);
  Sections.add(section(".bss", Large, 8, ELF::SHF_ALLOC, ELF::SHT_NOBITS));
  Sections.add(section(".bss", 8, 8, ELF::SHF_ALLOC, ELF::SHT_NOBITS));
  Sections.add(section(".bss.x", Large, 8, ELF::SHF_ALLOC, ELF::SHT_NOBITS));
  Sections.add(section(".bss.y", 8, 8, ELF::SHF_ALLOC, ELF::SHT_NOBITS));
  EXPECT_EQ(offsets(Sections), (std::vector<uint64_t>{0, 0, 0, 8}));
  ASSERT_EQ(Sections.outputs().size(), 3u);
  // Between bounds there are no gaps.
  Sections.add(section("mine", Large, 8, ELF::SHF_ALLOC, ELF::SHT_NOBITS));
  Sections.add(section("mine", Large, 8, ELF::SHF_ALLOC, ELF::SHT_NOBITS));
  EXPECT_EQ(Sections.outputs().size(), 4u);
}

TEST(OutputSections, ThreadLocalsAreOfTheirOwn) {
  OutputSections Sections(false);
  Sections.add(section("mine", 4));
  Sections.add(section("mine", 4, 4, ELF::SHF_ALLOC | ELF::SHF_TLS));
  EXPECT_EQ(Sections.outputs().size(), 2u);
}

TEST(OutputSections, ContentsMakeContentsOfZeroes) {
  OutputSections Sections(false);
  Sections.add(section(".data", 4, 1, ELF::SHF_ALLOC, ELF::SHT_NOBITS));
  Sections.add(section(".data", 4));
  EXPECT_EQ(Sections.outputs()[0].Type, uint32_t(ELF::SHT_PROGBITS));
}

} // namespace
