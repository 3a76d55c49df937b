//===- SlabTest.cpp - The guest's memory, seen through /proc --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/memory/Slab.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace remoterun;
using namespace remoterun::executor;
using wire::Protection;

namespace {

struct Mapping {
  uint64_t Start, End;
  std::string Rights;
};

/// The kernel's view of \p Range.
std::vector<Mapping> mappingsIn(ExecutorRange Range) {
  std::ifstream Maps("/proc/self/maps");
  std::vector<Mapping> Found;
  uint64_t RangeEnd = (Range.Start + Range.Size).value();
  for (std::string Line; std::getline(Maps, Line);) {
    std::istringstream Fields(Line);
    Mapping One;
    char Dash;
    Fields >> std::hex >> One.Start >> Dash >> One.End >> One.Rights;
    if (One.Start < RangeEnd && One.End > Range.Start.value())
      Found.push_back(One);
  }
  return Found;
}

/// The rights of \p Range if they are the same everywhere in it, else "mixed";
/// "" where nothing is mapped.
std::string rightsOf(ExecutorRange Range) {
  std::string Rights;
  uint64_t Covered = 0;
  for (const Mapping &One : mappingsIn(Range)) {
    if (!Rights.empty() && Rights != One.Rights)
      return "mixed";
    Rights = One.Rights;
    Covered += std::min(One.End, (Range.Start + Range.Size).value()) -
               std::max(One.Start, Range.Start.value());
  }
  return Covered == 0 || Covered == Range.Size ? Rights : "mixed";
}

ExecutorRange lastByte(ExecutorRange Range) {
  return {Range.Start + (Range.Size - 1), 1};
}

class SlabTest : public testing::Test {
protected:
  void SetUp() override {
    auto Reserved = Slab::reserve();
    ASSERT_TRUE(Reserved);
    Memory.emplace(std::move(*Reserved));
    Whole = Memory->range();
    Page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  }
  void TearDown() override { ::munmap(memoryAt(Whole.Start), Whole.Size); }

  /// \p Count pages from page \p First of the slab.
  ExecutorRange pages(uint64_t First, uint64_t Count) const {
    return {Whole.Start + First * Page, Count * Page};
  }
  /// Read-only, code and data, with unused pages before, between and after.
  Expected<void> commitThree(bool InMemory = true) {
    List<wire::Reserve::Segment> Segments;
    Segments.push({ReadOnly = pages(1, 1), Protection::Read});
    Segments.push({Code = pages(2, 2), Protection::ReadExecute});
    Segments.push({Data = pages(10, 3), Protection::ReadWrite});
    return Memory->commit(std::move(Segments), InMemory);
  }
  Expected<void> commitOne(ExecutorRange Range) {
    List<wire::Reserve::Segment> Segments;
    Segments.push({Range, Protection::ReadWrite});
    return Memory->commit(std::move(Segments), /*InMemory=*/true);
  }

  std::optional<Slab> Memory;
  ExecutorRange Whole, ReadOnly, Code, Data;
  uint64_t Page = 0;
};

TEST_F(SlabTest, IsReservedButNotAccessible) {
  EXPECT_GE(Whole.Size, uint64_t(16) << 20);
  EXPECT_EQ(Whole.Start.value() % Page, 0u);
  EXPECT_EQ(rightsOf(Whole), "---p");
}

TEST_F(SlabTest, IsWritableAndZeroBetweenCommitAndFinalize) {
  ASSERT_TRUE(commitThree());
  for (ExecutorRange Segment : {ReadOnly, Code, Data}) {
    EXPECT_EQ(rightsOf(Segment), "rw-p");
    auto Bytes = Memory->writable(Segment);
    ASSERT_TRUE(Bytes);
    ASSERT_EQ(Bytes->size(), Segment.Size);
    for (uint8_t Byte : *Bytes)
      ASSERT_EQ(Byte, 0);
  }
  EXPECT_EQ(rightsOf(pages(0, 1)), "---p");
  EXPECT_EQ(rightsOf(pages(4, 6)), "---p");
}

TEST_F(SlabTest, KeepsWhatWasWrittenAndSetsTheProtections) {
  ASSERT_TRUE(commitThree());
  for (ExecutorRange Segment : {ReadOnly, Code, Data}) {
    auto Bytes = Memory->writable(Segment);
    ASSERT_TRUE(Bytes);
    std::memset(Bytes->data(), 0x5a, Bytes->size());
  }
  ASSERT_TRUE(Memory->finalize());
  EXPECT_EQ(rightsOf(ReadOnly), "r--p");
  EXPECT_EQ(rightsOf(Code), "r-xp");
  EXPECT_EQ(rightsOf(Data), "rw-p");
  for (ExecutorRange Segment : {ReadOnly, Code, Data}) {
    EXPECT_EQ(*memoryAt(Segment.Start), 0x5a);
    EXPECT_EQ(*memoryAt(lastByte(Segment).Start), 0x5a);
  }
}

TEST_F(SlabTest, GivesTheRestBack) {
  ASSERT_TRUE(commitThree());
  ASSERT_TRUE(Memory->finalize());
  uint64_t Mapped = 0;
  for (const Mapping &One : mappingsIn(Whole))
    Mapped += One.End - One.Start;
  EXPECT_EQ(Mapped, ReadOnly.Size + Code.Size + Data.Size);
  EXPECT_EQ(rightsOf(pages(0, 1)), "");
  EXPECT_EQ(rightsOf(pages(4, 6)), "");
  EXPECT_EQ(rightsOf(pages(13, 1)), "");
}

TEST_F(SlabTest, NeverHasAPageWritableAndExecutable) {
  auto Check = [this](const char *When) {
    for (const Mapping &One : mappingsIn(Whole))
      EXPECT_FALSE(One.Rights[1] == 'w' && One.Rights[2] == 'x') << When;
  };
  Check("reserved");
  ASSERT_TRUE(commitThree());
  Check("committed");
  ASSERT_TRUE(Memory->finalize());
  Check("final");
}

TEST_F(SlabTest, RunsWhatWasWritten) {
#if defined(__x86_64__)
  const uint8_t ReturnSeven[] = {0xb8, 7, 0, 0, 0, 0xc3}; // mov eax, 7; ret
#elif defined(__aarch64__)
  const uint8_t ReturnSeven[] = {0xe0, 0x00, 0x80, 0x52,  // mov w0, 7
                                 0xc0, 0x03, 0x5f, 0xd6}; // ret
#elif defined(__riscv)
  const uint8_t ReturnSeven[] = {0x13, 0x05, 0x70, 0x00,  // li a0, 7
                                 0x67, 0x80, 0x00, 0x00}; // ret
#elif defined(__s390x__)
  const uint8_t ReturnSeven[] = {0xa7, 0x29, 0x00, 0x07, // lghi %r2, 7
                                 0x07, 0xfe};            // br %r14
#elif defined(__arm__)
  const uint8_t ReturnSeven[] = {0x07, 0x00, 0xa0, 0xe3,  // mov r0, 7
                                 0x1e, 0xff, 0x2f, 0xe1}; // bx lr
#elif defined(__powerpc64__)
  const uint8_t ReturnSeven[] = {0x07, 0x00, 0x60, 0x38,  // li r3, 7
                                 0x20, 0x00, 0x80, 0x4e}; // blr
#else
#error "write a function that returns 7 for this architecture"
#endif
  ASSERT_TRUE(commitThree());
  auto Bytes = Memory->writable({Code.Start, sizeof(ReturnSeven)});
  ASSERT_TRUE(Bytes);
  std::memcpy(Bytes->data(), ReturnSeven, sizeof(ReturnSeven));
  ASSERT_TRUE(Memory->finalize());
  EXPECT_EQ(reinterpret_cast<int (*)()>(memoryAt(Code.Start))(), 7);
}

TEST_F(SlabTest, RefusesSegmentsThatAreNotItsPages) {
  const ExecutorRange Bad[] = {
      {Whole.Start + 1, Page},                          // not aligned
      {Whole.Start, Page + 1},                          // nor this
      {ExecutorAddr(Whole.Start.value() - Page), Page}, // before it
      {Whole.Start + Whole.Size, Page},                 // behind it
      {Whole.Start, Whole.Size + Page},                 // too large
      {Whole.Start, UINT64_MAX - Page + 1},             // wraps
  };
  for (ExecutorRange Range : Bad) {
    auto Committed = commitOne(Range);
    ASSERT_FALSE(Committed) << (Range.Start - Whole.Start) << "+" << Range.Size;
    EXPECT_STREQ(Committed.error().Reason,
                 "protocol error: a segment that is no range of pages in the "
                 "slab");
  }
  EXPECT_EQ(rightsOf(Whole), "---p") << "nothing was done by halves";
}

TEST_F(SlabTest, AcceptsTheWholeOfItself) {
  ASSERT_TRUE(commitOne(Whole));
  ASSERT_TRUE(Memory->finalize());
  EXPECT_EQ(rightsOf(Whole), "rw-p");
}

TEST_F(SlabTest, CommitsOnce) {
  ASSERT_TRUE(commitThree());
  auto Again = commitOne(pages(20, 1));
  ASSERT_FALSE(Again);
  EXPECT_STREQ(Again.error().Reason, "protocol error: a second Reserve");
}

TEST_F(SlabTest, IsWritableInsideOneSegmentOnly) {
  EXPECT_FALSE(Memory->writable(pages(1, 1))) << "before commit";
  ASSERT_TRUE(commitThree());
  EXPECT_TRUE(Memory->writable(lastByte(Code)));
  EXPECT_TRUE(Memory->writable({Code.Start + Code.Size, 0})) << "no bytes";
  EXPECT_FALSE(Memory->writable({lastByte(Code).Start, 2}));
  EXPECT_FALSE(Memory->writable(pages(0, 1)));
  EXPECT_FALSE(Memory->writable(pages(5, 1)));
  EXPECT_FALSE(Memory->writable(pages(1, 2))) << "two segments, back to back";
  EXPECT_FALSE(Memory->writable({Data.Start, UINT64_MAX})) << "wraps";
  EXPECT_FALSE(Memory->writable({ExecutorAddr(), 1}));
  EXPECT_FALSE(Memory->writable({ExecutorAddr(UINT64_MAX), 1}));
}

TEST_F(SlabTest, LetsAnImageBeWrittenFromItsStartToItsEnd) {
  ASSERT_TRUE(commitThree(/*InMemory=*/false));
  EXPECT_TRUE(Memory->checkWrite(pages(1, 2))) << "two segments";
  EXPECT_TRUE(Memory->checkWrite(pages(1, 12))) << "all of it";
  EXPECT_FALSE(Memory->checkWrite(pages(0, 2))) << "from before it";
  EXPECT_FALSE(Memory->checkWrite({lastByte(Data).Start, 2})) << "over its end";
  EXPECT_FALSE(Memory->checkWrite({Data.Start, UINT64_MAX})) << "wraps";
  EXPECT_FALSE(Memory->checkWrite({ExecutorAddr(), 1}));
  ASSERT_TRUE(Memory->makeRoom());
  EXPECT_FALSE(Memory->checkWrite(Data)) << "when it is being mapped";
}

TEST_F(SlabTest, IsNotWritableAfterFinalize) {
  ASSERT_TRUE(commitThree());
  ASSERT_TRUE(Memory->finalize());
  EXPECT_FALSE(Memory->writable(Data));
}

TEST_F(SlabTest, FinalizesOnceAndAfterCommit) {
  EXPECT_FALSE(Memory->finalize());
  ASSERT_TRUE(commitThree());
  ASSERT_TRUE(Memory->finalize());
  EXPECT_FALSE(Memory->finalize());
}

TEST_F(SlabTest, KnowsWhatItHolds) {
  EXPECT_FALSE(Memory->holds(pages(1, 1)));
  ASSERT_TRUE(commitThree());
  EXPECT_TRUE(Memory->holds({Code.Start, 1}, Protection::ReadExecute));
  EXPECT_TRUE(Memory->holds(lastByte(Code), Protection::ReadExecute));
  EXPECT_FALSE(
      Memory->holds({Code.Start + Code.Size, 1}, Protection::ReadExecute));
  EXPECT_FALSE(Memory->holds({Data.Start, 1}, Protection::ReadExecute));
  EXPECT_FALSE(Memory->holds({ReadOnly.Start, 1}, Protection::ReadExecute));
  EXPECT_TRUE(Memory->holds(Data));
  ASSERT_TRUE(Memory->finalize());
  EXPECT_TRUE(Memory->holds(Data));
}

TEST_F(SlabTest, IsSmallerUnderALimitOnAddressSpace) {
  // In a child, whose limit is its own.
  pid_t Child = ::fork();
  if (Child == 0) {
    std::ifstream Statm("/proc/self/statm");
    uint64_t UsedPages = 0;
    Statm >> UsedPages;
    rlimit Limit = {};
    Limit.rlim_cur = Limit.rlim_max = UsedPages * Page + (uint64_t(100) << 20);
    if (::setrlimit(RLIMIT_AS, &Limit) != 0)
      ::_exit(2);
    auto Small = Slab::reserve();
    ::_exit(Small && Small->range().Size == (uint64_t(64) << 20) ? 0 : 1);
  }
  int Status = -1;
  ASSERT_EQ(::waitpid(Child, &Status, 0), Child);
  EXPECT_EQ(Status, 0);
}

TEST_F(SlabTest, LiesLowWhereThatIsFree) {
  // The fixture's slab is in the way of a second one, not of the first.
  EXPECT_LE((Whole.Start + Whole.Size).value(), uint64_t(1) << 31);
  auto Second = Slab::reserve();
  ASSERT_TRUE(Second);
  EXPECT_FALSE(Second->range().overlaps(Whole));
  ::munmap(memoryAt(Second->range().Start), Second->range().Size);
}

} // namespace
