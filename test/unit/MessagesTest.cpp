//===- MessagesTest.cpp - Every message, there and back and broken --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MessageChecks.h"

using namespace remoterun;
using namespace remoterun::wire;

namespace {

//===----------------------------------------------------------------------===//
// Hello
//===----------------------------------------------------------------------===//

Hello validHello() {
  Hello Message;
  Message.PointerSize = 8;
  Message.PageSize = 4096;
  Message.ProcessId = 0x1234567890;
  Message.Slab = range(0x10000000, 0x6e000000);
  Message.ThreadLocals = {-2112, 2048, 64, 4096, 256};
  Message.Relocated = ExecutorAddr(0x401230);
  Message.RelocatedResult = ExecutorAddr(0x402340);
  Message.Triple = "x86_64-unknown-linux-gnu";
  return Message;
}

TEST(Messages, HelloIsTheSpecifiedBytes) {
  Hello Message = validHello();
  Message.Triple = "ab";
  EXPECT_EQ(encoded(Message),
            (std::vector<uint8_t>{
                12,   0,    0,    0,                            // Version
                8,                                              // PointerSize
                0,    0x10, 0,    0,                            // PageSize
                0x90, 0x78, 0x56, 0x34, 0x12, 0,    0,    0,    // ProcessId
                0,    0,    0,    0x10, 0,    0,    0,    0,    // Slab.Start
                0,    0,    0,    0x6e, 0,    0,    0,    0,    // Slab.Size
                0xc0, 0xf7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, // ...Offset
                0,    8,    0,    0, // ThreadLocalSize
                64,   0,    0,    0, // ThreadLocalAlignment
                0,    0x10, 0,    0, // ThreadLocalMost
                0,    1,    0,    0, // ThreadLocalStrictest
                0x30, 0x12, 0x40, 0,    0,    0,    0,    0, // Relocated
                0x40, 0x23, 0x40, 0,    0,    0,    0,    0, // ...Result
                2,    0,    0,    0,    'a',  'b'}));        // Triple
}

TEST(Messages, HelloComesBack) {
  std::vector<uint8_t> Payload = encoded(validHello());
  auto Back = decode<Hello>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Version, 12u);
  EXPECT_EQ(Back->PointerSize, 8);
  EXPECT_EQ(Back->PageSize, 4096u);
  EXPECT_EQ(Back->ProcessId, 0x1234567890u);
  EXPECT_EQ(Back->Slab.Start, ExecutorAddr(0x10000000));
  EXPECT_EQ(Back->Slab.Size, 0x6e000000u);
  EXPECT_EQ(Back->ThreadLocals.Offset, -2112);
  EXPECT_EQ(Back->ThreadLocals.Size, 2048u);
  EXPECT_EQ(Back->ThreadLocals.Alignment, 64u);
  EXPECT_EQ(Back->ThreadLocals.Most, 4096u);
  EXPECT_EQ(Back->ThreadLocals.StrictestAlignment, 256u);
  EXPECT_EQ(Back->Relocated, ExecutorAddr(0x401230));
  EXPECT_EQ(Back->RelocatedResult, ExecutorAddr(0x402340));
  EXPECT_EQ(Back->Triple, "x86_64-unknown-linux-gnu");
  expectExactLength<Hello>(Payload);
}

TEST(Messages, HelloVersionIsReadFromAnyVersion) {
  for (size_t Size = 0; Size != 4; ++Size)
    EXPECT_FALSE(decodeVersion(std::vector<uint8_t>(Size)));
  auto Future = decodeVersion(std::vector<uint8_t>{2, 1, 0, 0, 0xee});
  ASSERT_TRUE(Future);
  EXPECT_EQ(*Future, 0x102u);
}

TEST(Messages, HelloPointerSizes) {
  for (unsigned Size = 0; Size != 256; ++Size) {
    Hello Message = validHello();
    Message.PointerSize = static_cast<uint8_t>(Size);
    EXPECT_EQ(
        whyNot<Hello>(encoded(Message)),
        Size == 4 || Size == 8 ? "" : "a pointer size that is neither 4 nor 8");
  }
}

TEST(Messages, HelloPageSizes) {
  auto Check = [](uint32_t PageSize) {
    Hello Message = validHello();
    Message.PageSize = PageSize;
    // Multiples of all the page sizes that are tried.
    Message.Slab = range(uint64_t(1) << 32, uint64_t(1) << 32);
    return whyNot<Hello>(encoded(Message));
  };
  for (uint32_t Good = 512; Good <= (1u << 24); Good *= 2)
    EXPECT_EQ(Check(Good), "") << Good;
  for (uint32_t Bad : {0u, 1u, 256u, 511u, 513u, 4095u, 12288u, 1u << 25,
                       1u << 31, UINT32_MAX})
    EXPECT_EQ(Check(Bad), "a page size that is no page size") << Bad;
}

TEST(Messages, HelloSlabs) {
  auto Check = [](uint64_t Start, uint64_t Size) {
    Hello Message = validHello();
    Message.Slab = range(Start, Size);
    return whyNot<Hello>(encoded(Message));
  };
  constexpr char Bad[] = "a slab that is no range of pages";
  EXPECT_EQ(Check(4096, 4096), "");
  EXPECT_EQ(Check(0, 4096), Bad);
  EXPECT_EQ(Check(4096, 0), Bad);
  EXPECT_EQ(Check(4097, 4096), Bad);
  EXPECT_EQ(Check(4096, 4097), Bad);
  EXPECT_EQ(Check(UINT64_MAX - 4095, 4096), Bad); // ends at 2^64
  EXPECT_EQ(Check(UINT64_MAX - 4095, 8192), Bad); // wraps
  EXPECT_EQ(Check(UINT64_MAX - 8191, 4096), "");
}

TEST(Messages, HelloNeedsATriple) {
  Hello Message = validHello();
  Message.Triple = "";
  EXPECT_EQ(whyNot<Hello>(encoded(Message)), "an empty triple");
}

//===----------------------------------------------------------------------===//
// Reserve, Write, Finalize, Interpose
//===----------------------------------------------------------------------===//

std::string whyNotReserve(const std::vector<ExecutorRange> &Ranges) {
  Reserve Message;
  for (ExecutorRange Range : Ranges)
    Message.Segments.push({Range, Protection::Read});
  return whyNot<Reserve>(encoded(Message));
}

TEST(Messages, ReserveComesBack) {
  Reserve Message;
  Message.Segments.push({range(0x1000, 0x1000), Protection::Read});
  Message.Segments.push({range(0x2000, 0x3000), Protection::ReadExecute});
  Message.Segments.push({range(0x9000, 0x1000), Protection::ReadWrite});
  Message.ImageName = "prog";
  Message.Windows.push({range(0x9000, 0x800), 0x10000});
  Message.Windows.push({range(0x9800, 0x800), 0});
  std::vector<uint8_t> Payload = encoded(Message);
  auto Back = decode<Reserve>(Payload);
  ASSERT_TRUE(Back);
  ASSERT_EQ(Back->Windows.size(), 2u);
  EXPECT_EQ(Back->Windows[0].Range.Start, ExecutorAddr(0x9000));
  EXPECT_EQ(Back->Windows[0].Range.Size, 0x800u);
  EXPECT_EQ(Back->Windows[0].Offset, 0x10000u);
  EXPECT_EQ(Back->Windows[1].Range.Start, ExecutorAddr(0x9800));
  EXPECT_EQ(Back->ImageName, "prog");
  ASSERT_EQ(Back->Segments.size(), 3u);
  for (size_t I = 0; I != 3; ++I) {
    EXPECT_EQ(Back->Segments[I].Range.Start, Message.Segments[I].Range.Start);
    EXPECT_EQ(Back->Segments[I].Range.Size, Message.Segments[I].Range.Size);
    EXPECT_EQ(Back->Segments[I].Final, Message.Segments[I].Final);
  }
  expectExactLength<Reserve>(Payload);
  expectCountIsChecked<Reserve>(Payload, 0);
}

TEST(Messages, ReserveKnowsThreeProtections) {
  for (unsigned Value = 0; Value != 256; ++Value) {
    std::vector<uint8_t> Payload = written([&](ByteWriter &W) {
      W.u32(1);
      W.range(range(0x1000, 0x1000));
      W.u8(static_cast<uint8_t>(Value));
      W.string("");
      W.u32(0);
    });
    EXPECT_EQ(whyNot<Reserve>(Payload),
              Value == 1 || Value == 3 || Value == 5
                  ? ""
                  : "a protection that is not r, rw or rx")
        << Value;
  }
}

TEST(Messages, ReserveIsAscendingAndDisjoint) {
  constexpr char Bad[] = "segments that are not ascending and disjoint";
  EXPECT_EQ(whyNotReserve({}), "");
  EXPECT_EQ(whyNotReserve({range(10, 5), range(15, 5)}), "");
  EXPECT_EQ(whyNotReserve({range(10, 5), range(14, 5)}), Bad);
  EXPECT_EQ(whyNotReserve({range(15, 5), range(10, 5)}), Bad);
  EXPECT_EQ(whyNotReserve({range(10, 5), range(10, 5)}), Bad);
  EXPECT_EQ(whyNotReserve({range(10, 50), range(20, 5)}), Bad);
}

TEST(Messages, ReserveDoesNotWrap) {
  constexpr char Bad[] = "segments that are not ascending and disjoint";
  EXPECT_EQ(whyNotReserve({range(UINT64_MAX, 0)}), "");
  EXPECT_EQ(whyNotReserve({range(UINT64_MAX - 10, 10)}), "");
  EXPECT_EQ(whyNotReserve({range(UINT64_MAX - 10, 11)}), Bad);
  EXPECT_EQ(whyNotReserve({range(1, UINT64_MAX)}), Bad);
  EXPECT_EQ(whyNotReserve({range(100, UINT64_MAX - 50), range(60, 1)}), Bad);
}

std::string whyNotWindows(const std::vector<ExecutorRange> &Ranges,
                          std::string_view Image = "prog") {
  Reserve Message;
  Message.ImageName = Image;
  for (ExecutorRange Range : Ranges)
    Message.Windows.push({Range, 0});
  return whyNot<Reserve>(encoded(Message));
}

TEST(Messages, WindowsAreAscendingAndDisjoint) {
  constexpr char Bad[] = "windows that are not ascending and disjoint";
  EXPECT_EQ(whyNotWindows({}), "");
  EXPECT_EQ(whyNotWindows({range(10, 5), range(15, 5)}), "");
  EXPECT_EQ(whyNotWindows({range(10, 5), range(14, 5)}), Bad);
  EXPECT_EQ(whyNotWindows({range(15, 5), range(10, 5)}), Bad);
  EXPECT_EQ(whyNotWindows({range(10, 0)}), Bad);
  EXPECT_EQ(whyNotWindows({range(UINT64_MAX - 10, 10)}), "");
  EXPECT_EQ(whyNotWindows({range(UINT64_MAX - 10, 11)}), Bad);
}

TEST(Messages, WindowsAreOfImages) {
  EXPECT_EQ(whyNotWindows({}, ""), "");
  EXPECT_EQ(whyNotWindows({range(10, 5)}, ""),
            "windows of a program that is no image");
}

TEST(Messages, ShareComesBack) {
  std::vector<uint8_t> Payload = encoded(Share{"late code", 0x10000, 0x0203});
  EXPECT_EQ(Payload,
            (std::vector<uint8_t>{9,   0,   0,   0,   'l', 'a', 't', 'e', ' ',
                                  'c', 'o', 'd', 'e', 0,   0,   1,   0,   0,
                                  0,   0,   0,   3,   2,   0,   0}));
  auto Back = decode<Share>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Name, "late code");
  EXPECT_EQ(Back->Size, 0x10000u);
  EXPECT_EQ(Back->Functions, 0x0203u);
  expectExactLength<Share>(Payload);
}

TEST(Messages, ShareIsForAFileThatThereCanBe) {
  auto WhyNot = [](const std::string &Name, uint64_t Size,
                   uint32_t Functions = 0) {
    return whyNot<Share>(encoded(Share{Name, Size, Functions}));
  };
  constexpr char BadName[] = "a name that no file in memory can have";
  constexpr char BadSize[] = "a size that no shared file may have";
  EXPECT_EQ(WhyNot("x", 128), "");
  EXPECT_EQ(WhyNot(std::string(249, '/'), uint64_t(1) << 32), "");
  EXPECT_EQ(WhyNot("", 1), BadName);
  EXPECT_EQ(WhyNot(std::string(250, 'x'), 1), BadName);
  EXPECT_EQ(WhyNot(std::string("a\0b", 3), 1),
            "a string with a zero byte in it");
  EXPECT_EQ(WhyNot("x", 0), BadSize);
  EXPECT_EQ(WhyNot("x", (uint64_t(1) << 32) + 1), BadSize);
  EXPECT_EQ(WhyNot("x", UINT64_MAX), BadSize);
  constexpr char TooMany[] =
      "more late functions than the shared file has room for";
  EXPECT_EQ(WhyNot("x", 4096, 4096 - 128), "");
  EXPECT_EQ(WhyNot("x", 4096, 4096 - 127), TooMany);
  EXPECT_EQ(WhyNot("x", 127), TooMany);
  EXPECT_EQ(WhyNot("x", 4096, UINT32_MAX), TooMany);
}

TEST(Messages, SharedComesBack) {
  std::vector<uint8_t> Payload = encoded(Shared{Shared::None, 0, "no room"});
  EXPECT_EQ(Payload,
            (std::vector<uint8_t>{255, 255, 255, 255, 0, 0, 0, 0, 7, 0, 0, 0,
                                  'n', 'o', ' ', 'r', 'o', 'o', 'm'}));
  EXPECT_EQ(decode<Shared>(encoded(Shared{3, 0x0405, ""}))->Functions, 0x0405u);
  auto Back = decode<Shared>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Descriptor, Shared::None);
  EXPECT_EQ(Back->Reason, "no room");
  expectExactLength<Shared>(Payload);
}

TEST(Messages, SharedIsAFileOrAReason) {
  auto WhyNot = [](uint32_t Descriptor, std::string_view Reason,
                   uint32_t Functions = 0) {
    return whyNot<Shared>(encoded(Shared{Descriptor, Functions, Reason}));
  };
  EXPECT_EQ(WhyNot(0, ""), "");
  EXPECT_EQ(WhyNot(INT32_MAX, ""), "");
  constexpr char Bad[] = "a shared file that there is not";
  EXPECT_EQ(WhyNot(uint32_t(INT32_MAX) + 1, ""), Bad);
  EXPECT_EQ(WhyNot(Shared::None - 1, ""), Bad);
  EXPECT_EQ(WhyNot(3, "no room"), Bad);
  EXPECT_EQ(WhyNot(Shared::None, ""), "no shared file and no reason");
  EXPECT_EQ(WhyNot(3, "", UINT32_MAX), "");
  EXPECT_EQ(WhyNot(Shared::None, "no room", 1),
            "late functions without a shared file");
}

TEST(Messages, PlaceComesBack) {
  const uint8_t Bytes[] = {7, 8};
  std::vector<uint8_t> Payload = encoded(Place{0x0102, Bytes});
  EXPECT_EQ(Payload, (std::vector<uint8_t>{2, 1, 0, 0, 0, 0, 0, 0, 7, 8}));
  auto Back = decode<Place>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Offset, 0x0102u);
  EXPECT_EQ(std::vector<uint8_t>(Back->Bytes.begin(), Back->Bytes.end()),
            (std::vector<uint8_t>{7, 8}));
  Payload.resize(7);
  EXPECT_NE(whyNot<Place>(Payload), "");
  EXPECT_EQ(encoded(Place{0, {}}).size() + Place::MostBytes,
            maxPayload(MessageType::Place));
}

TEST(Messages, WriteComesBack) {
  std::vector<uint8_t> Payload = encoded(Write{ExecutorAddr(0x1122334455)});
  EXPECT_EQ(Payload.size(), Write::HeaderSize);
  auto Back = decode<Write>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Start, ExecutorAddr(0x1122334455));
  expectExactLength<Write>(Payload);
}

TEST(Messages, FinalizeComesBack) {
  Finalize Message;
  Message.UnwindTables.push(range(0x1000, 0x20));
  Message.UnwindTables.push(range(5, UINT64_MAX));
  Message.ImagePath = "/proc/1/fd/5";
  std::vector<uint8_t> Payload = encoded(Message);
  auto Back = decode<Finalize>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->ImagePath, "/proc/1/fd/5");
  ASSERT_EQ(Back->UnwindTables.size(), 2u);
  EXPECT_EQ(Back->UnwindTables[0].Start, ExecutorAddr(0x1000));
  EXPECT_EQ(Back->UnwindTables[1].Size, UINT64_MAX);
  expectExactLength<Finalize>(Payload);
  expectCountIsChecked<Finalize>(Payload, 0);
}

TEST(Messages, ElsewhereComesBack) {
  Elsewhere Message{range(0x7000, 0x3000), true, "it is taken"};
  std::vector<uint8_t> Payload = encoded(Message);
  auto Back = decode<Elsewhere>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Slab.Start, ExecutorAddr(0x7000));
  EXPECT_EQ(Back->Slab.Size, 0x3000u);
  EXPECT_TRUE(Back->TakesImages);
  EXPECT_EQ(Back->Reason, "it is taken");
  expectExactLength<Elsewhere>(Payload);
}

TEST(Messages, ElsewhereIsSomewhere) {
  auto WhyNot = [](ExecutorRange Slab, std::string_view Reason) {
    return whyNot<Elsewhere>(encoded(Elsewhere{Slab, false, Reason}));
  };
  EXPECT_EQ(WhyNot(range(0x1000, 0x1000), "x"), "");
  EXPECT_EQ(WhyNot(range(0, 0x1000), "x"), "a slab that is no range of memory");
  EXPECT_EQ(WhyNot(range(0x1000, 0), "x"), "a slab that is no range of memory");
  EXPECT_EQ(WhyNot(range(0x1000, UINT64_MAX), "x"),
            "a slab that is no range of memory");
  EXPECT_EQ(WhyNot(range(0x1000, 0x1000), ""),
            "another place without a reason");
}

TEST(Messages, NamesOfImagesHaveNoZero) {
  Reserve Named;
  Named.ImageName = std::string_view("a\0b", 3);
  EXPECT_EQ(whyNot<Reserve>(encoded(Named)), "a string with a zero byte in it");
  Finalize Finished;
  Finished.ImagePath = std::string_view("a\0b", 3);
  EXPECT_EQ(whyNot<Finalize>(encoded(Finished)),
            "a string with a zero byte in it");
}

TEST(Messages, InterposeComesBack) {
  Interpose Message;
  Message.Definitions.push({ExecutorAddr(0x4000), "malloc"});
  Message.Definitions.push({ExecutorAddr(0x4010), ""});
  Message.Variables.push({ExecutorAddr(0x7000), range(0x5000, 8)});
  Message.Copies.push({range(0x6000, 8), "optarg"});
  Message.Functions.push({ExecutorAddr(0x4020), "puts"});
  Message.ThreadLocals.push({16, 4, "counter"});
  std::vector<uint8_t> Payload = encoded(Message);
  auto Back = decode<Interpose>(Payload);
  ASSERT_TRUE(Back);
  ASSERT_EQ(Back->Definitions.size(), 2u);
  EXPECT_EQ(Back->Definitions[0].Address, ExecutorAddr(0x4000));
  EXPECT_EQ(Back->Definitions[0].Name, "malloc");
  EXPECT_EQ(Back->Definitions[1].Address, ExecutorAddr(0x4010));
  ASSERT_EQ(Back->Variables.size(), 1u);
  EXPECT_EQ(Back->Variables[0].Library, ExecutorAddr(0x7000));
  EXPECT_EQ(Back->Variables[0].Copy.Start, ExecutorAddr(0x5000));
  EXPECT_EQ(Back->Variables[0].Copy.Size, 8u);
  ASSERT_EQ(Back->Copies.size(), 1u);
  EXPECT_EQ(Back->Copies[0].Place.Start, ExecutorAddr(0x6000));
  EXPECT_EQ(Back->Copies[0].Name, "optarg");
  ASSERT_EQ(Back->Functions.size(), 1u);
  EXPECT_EQ(Back->Functions[0].Address, ExecutorAddr(0x4020));
  EXPECT_EQ(Back->Functions[0].Name, "puts");
  ASSERT_EQ(Back->ThreadLocals.size(), 1u);
  EXPECT_EQ(Back->ThreadLocals[0].Offset, 16u);
  EXPECT_EQ(Back->ThreadLocals[0].Size, 4u);
  EXPECT_EQ(Back->ThreadLocals[0].Name, "counter");
  expectExactLength<Interpose>(Payload);
}

TEST(Messages, InterposeCountsAreChecked) {
  std::vector<uint8_t> Empty = encoded(Interpose());
  expectCountIsChecked<Interpose>(Empty, 0);
  expectCountIsChecked<Interpose>(Empty, 4);
}

} // namespace
