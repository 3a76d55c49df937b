//===- PerfMappingTest.cpp - How perf learns of its file ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/guest/PerfMapping.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <link.h>
#include <sstream>
#include <string>
#include <unistd.h>

using namespace remoterun;
using namespace remoterun::executor;

namespace {

/// The descriptor that the next open would get.
int nextDescriptor() {
  int Next = ::open("/dev/null", O_RDONLY);
  ::close(Next);
  return Next;
}

std::string mappings() {
  std::ifstream Maps("/proc/self/maps");
  std::stringstream All;
  All << Maps.rdbuf();
  return All.str();
}

class PerfMappingTest : public testing::Test {
protected:
  PerfMappingTest() {
    int File = ::mkstemp(Name);
    ::close(File);
  }
  ~PerfMappingTest() override { ::unlink(Name); }

  /// A slab with one segment of code, of a page of these bytes.
  Slab slabWith(uint8_t Byte) {
    auto Made = Slab::reserve();
    EXPECT_TRUE(static_cast<bool>(Made));
    Code = {Made->range().Start, PageSize};
    List<wire::Reserve::Segment> Segments;
    Segments.push({Code, wire::Protection::ReadExecute});
    EXPECT_TRUE(static_cast<bool>(Made->commit(std::move(Segments), true)));
    std::memset(Made->writable(Code)->data(), Byte, PageSize);
    EXPECT_TRUE(static_cast<bool>(Made->finalize()));
    return std::move(*Made);
  }

  /// Writes an ELF file with one segment, whose contents are at \p Offset.
  void writeFile(ExecutorRange Segment, uint64_t Offset) {
    ElfW(Ehdr) Header = {};
    std::memcpy(Header.e_ident, ELFMAG, SELFMAG);
    Header.e_phoff = sizeof(Header);
    Header.e_phnum = 1;
    ElfW(Phdr) Loaded = {};
    Loaded.p_type = PT_LOAD;
    Loaded.p_flags = PF_R | PF_X;
    Loaded.p_offset = Offset;
    Loaded.p_vaddr = Segment.Start.value();
    Loaded.p_memsz = Segment.Size;
    std::ofstream Out(Name, std::ios::binary);
    Out.write(reinterpret_cast<const char *>(&Header), sizeof(Header));
    Out.write(reinterpret_cast<const char *>(&Loaded), sizeof(Loaded));
    Out << std::string(2 * PageSize, 'x');
  }

  std::string reason(const Slab &Memory) {
    auto Opened = PerfMapping::open(Name, Memory);
    if (!Opened)
      return Opened.error().Reason;
    auto Shown = Opened->show();
    return Shown ? std::string() : Shown.error().Reason;
  }

  const uint64_t PageSize = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  char Name[32] = "/tmp/remote-run-perf-XXXXXX";
  ExecutorRange Code;
};

TEST_F(PerfMappingTest, LeavesNothingOfTheFile) {
  Slab Memory = slabWith(0x5a);
  writeFile(Code, PageSize);
  int NextBefore = nextDescriptor();
  std::string Before = mappings();
  EXPECT_EQ(reason(Memory), "");
  EXPECT_EQ(nextDescriptor(), NextBefore);
  EXPECT_EQ(mappings(), Before);
  EXPECT_EQ(*memoryAt(Code.Start), 0x5a);
  EXPECT_EQ(*memoryAt(Code.Start + (PageSize - 1)), 0x5a);
}

TEST_F(PerfMappingTest, LeavesTheCodeWhereTheFileCannotBeMapped) {
  Slab Memory = slabWith(0x5a);
  writeFile(Code, PageSize + 1);
  std::string Before = mappings();
  EXPECT_EQ(reason(Memory),
            "cannot show the program's code to perf: Invalid argument");
  EXPECT_EQ(mappings(), Before);
  EXPECT_EQ(*memoryAt(Code.Start), 0x5a);
}

TEST_F(PerfMappingTest, TouchesNothingButCode) {
  Slab Memory = slabWith(0x5a);
  const std::string Refused =
      std::string("cannot show '") + Name +
      "' to perf: it has code where the program has none";
  writeFile({Code.Start, 2 * PageSize}, PageSize);
  EXPECT_EQ(reason(Memory), Refused);
  writeFile({ExecutorAddr(PageSize), PageSize}, PageSize);
  EXPECT_EQ(reason(Memory), Refused);
}

TEST_F(PerfMappingTest, SaysWhatIsNoSuchFile) {
  Slab Memory = slabWith(0);
  EXPECT_EQ(reason(Memory), std::string("cannot show '") + Name +
                                "' to perf: it is no such ELF file");
}

TEST_F(PerfMappingTest, SaysWhatCannotBeOpened) {
  Slab Memory = slabWith(0);
  auto Opened = PerfMapping::open("/nowhere/prog.bc", Memory);
  ASSERT_FALSE(Opened);
  EXPECT_STREQ(Opened.error().Reason,
               "cannot show '/nowhere/prog.bc' to perf: No such file or "
               "directory");
}

} // namespace
