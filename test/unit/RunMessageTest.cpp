//===- RunMessageTest.cpp - Run and what follows it, there and back -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MessageChecks.h"

using namespace remoterun;
using namespace remoterun::wire;

namespace {

/// C would end it at the zero byte.
constexpr std::string_view Cut("A=1\0x", 5);

//===----------------------------------------------------------------------===//
// Run, Running, Failed
//===----------------------------------------------------------------------===//

TEST(Messages, RunComesBack) {
  for (bool ReturnsVoid : {false, true}) {
    wire::Run Message;
    Message.Entry = ExecutorAddr(0x4000);
    Message.EntryReturnsVoid = ReturnsVoid;
    Message.IgnoreSigchld = !ReturnsVoid;
    Message.Alarm = {0x123456789a, UINT64_MAX};
    Message.Ifuncs.push({ExecutorAddr(0x3000), ExecutorAddr(0x4020)});
    Message.ThreadLocals.push({range(0x5000, 24), 40});
    Message.LibraryThreadLocals.push(
        {ExecutorAddr(0x6000), ExecutorAddr(0x7000)});
    Message.Initializers.push(range(0x1000, 8));
    Message.Initializers.push(range(0x1008, 16));
    Message.Finalizers.push(range(0x2000, 8));
    Message.Arguments.push("prog");
    Message.Arguments.push("");
    Message.Arguments.push("\xff\xfe");
    Message.Limits.push({wire::Run::Resource::Cpu, 3, 5});
    Message.Limits.push({wire::Run::Resource::CoreSize, 0, UINT64_MAX});
    Message.DebugObjects.push(range(0x8000, 100));
    Message.WaitForDebugger = ReturnsVoid;
    Message.PerfFile = "/tmp/prog.bc";
    Message.Environment.push("A=1");
    Message.Environment.push("B=");
    Message.Directory = "/srv";
    Message.ProgramFile = "/srv/prog.bc";
    Message.StartAgain.push("/bin/remote-run");
    Message.StartAgain.push("");
    std::vector<uint8_t> Payload = encoded(Message);
    auto Back = decode<wire::Run>(Payload);
    ASSERT_TRUE(Back);
    EXPECT_EQ(Back->Entry, ExecutorAddr(0x4000));
    EXPECT_EQ(Back->EntryReturnsVoid, ReturnsVoid);
    EXPECT_EQ(Back->IgnoreSigchld, !ReturnsVoid);
    EXPECT_EQ(Back->Alarm.RemainingUs, 0x123456789au);
    EXPECT_EQ(Back->Alarm.IntervalUs, UINT64_MAX);
    ASSERT_EQ(Back->Ifuncs.size(), 1u);
    EXPECT_EQ(Back->Ifuncs[0].Slot, ExecutorAddr(0x3000));
    EXPECT_EQ(Back->Ifuncs[0].Resolver, ExecutorAddr(0x4020));
    ASSERT_EQ(Back->ThreadLocals.size(), 1u);
    EXPECT_EQ(Back->ThreadLocals[0].Image.Start, ExecutorAddr(0x5000));
    EXPECT_EQ(Back->ThreadLocals[0].Image.Size, 24u);
    EXPECT_EQ(Back->ThreadLocals[0].Offset, 40u);
    ASSERT_EQ(Back->LibraryThreadLocals.size(), 1u);
    EXPECT_EQ(Back->LibraryThreadLocals[0].Slot, ExecutorAddr(0x6000));
    EXPECT_EQ(Back->LibraryThreadLocals[0].Instance, ExecutorAddr(0x7000));
    ASSERT_EQ(Back->Initializers.size(), 2u);
    EXPECT_EQ(Back->Initializers[1].Size, 16u);
    ASSERT_EQ(Back->Finalizers.size(), 1u);
    EXPECT_EQ(Back->Finalizers[0].Start, ExecutorAddr(0x2000));
    ASSERT_EQ(Back->Arguments.size(), 3u);
    EXPECT_EQ(Back->Arguments[0], "prog");
    EXPECT_EQ(Back->Arguments[1], "");
    EXPECT_EQ(Back->Arguments[2], "\xff\xfe");
    ASSERT_EQ(Back->Limits.size(), 2u);
    EXPECT_EQ(Back->Limits[0].What, wire::Run::Resource::Cpu);
    EXPECT_EQ(Back->Limits[0].Soft, 3u);
    EXPECT_EQ(Back->Limits[0].Hard, 5u);
    EXPECT_EQ(Back->Limits[1].What, wire::Run::Resource::CoreSize);
    EXPECT_EQ(Back->Limits[1].Hard, UINT64_MAX);
    ASSERT_EQ(Back->DebugObjects.size(), 1u);
    EXPECT_EQ(Back->DebugObjects[0].Size, 100u);
    EXPECT_EQ(Back->WaitForDebugger, ReturnsVoid);
    EXPECT_EQ(Back->PerfFile, "/tmp/prog.bc");
    ASSERT_EQ(Back->Environment.size(), 2u);
    EXPECT_EQ(Back->Environment[0], "A=1");
    EXPECT_EQ(Back->Environment[1], "B=");
    EXPECT_EQ(Back->Directory, "/srv");
    EXPECT_EQ(Back->ProgramFile, "/srv/prog.bc");
    ASSERT_EQ(Back->StartAgain.size(), 2u);
    EXPECT_EQ(Back->StartAgain[0], "/bin/remote-run");
    EXPECT_EQ(Back->StartAgain[1], "");
    expectExactLength<wire::Run>(Payload);
  }
}

TEST(Messages, RunFlagsAndCountsAreChecked) {
  wire::Run Message;
  Message.Arguments.push("prog");
  std::vector<uint8_t> Payload = encoded(Message);
  for (size_t Flag : {8, 9}) { // EntryReturnsVoid, IgnoreSigchld
    std::vector<uint8_t> Broken = Payload;
    for (unsigned Value = 2; Value != 256; ++Value) {
      Broken[Flag] = static_cast<uint8_t>(Value);
      EXPECT_EQ(whyNot<wire::Run>(Broken), NoFlag) << Flag << " " << Value;
    }
  }
  // Ifuncs, ThreadLocals, LibraryThreadLocals, Initializers, Finalizers,
  // Arguments
  for (size_t Count : {26, 30, 34, 38, 42, 46})
    expectCountIsChecked<wire::Run>(Payload, Count);
}

TEST(Messages, RunLimitsAreOfKnownResources) {
  wire::Run Message;
  Message.Arguments.push("prog");
  Message.Limits.push({wire::Run::Resource::CoreSize, 0, 0});
  std::vector<uint8_t> Payload = encoded(Message);
  ASSERT_TRUE(decode<wire::Run>(Payload));
  // From the end: StartAgain, ProgramFile, Directory, Environment, PerfFile,
  // WaitForDebugger, DebugObjects, the two values.
  size_t What = Payload.size() - 5 * 4 - 1 - 4 - 16 - 1;
  ASSERT_EQ(Payload[What], wire::Run::ResourceCount - 1);
  Payload[What] = wire::Run::ResourceCount;
  EXPECT_EQ(whyNot<wire::Run>(Payload), "a limit on an unknown resource");
}

TEST(Messages, RunVariablesHaveNames) {
  constexpr char Bad[] = "an environment variable without a name";
  for (auto [Variable, Why] : {std::pair("A=", ""),
                               {"A=b=c", ""},
                               {"=", Bad},
                               {"=b", Bad},
                               {"A", Bad},
                               {"", Bad}}) {
    wire::Run Message;
    Message.Arguments.push("prog");
    Message.Environment.push("FIRST=1");
    Message.Environment.push(Variable);
    EXPECT_EQ(whyNot<wire::Run>(encoded(Message)), Why) << Variable;
  }
}

TEST(Messages, RunStringsEndAtNoZeroByte) {
  constexpr char Why[] = "a string with a zero byte in it";
  auto Check = [&](void (*Change)(wire::Run &)) {
    wire::Run Message;
    Message.Arguments.push("prog");
    Change(Message);
    EXPECT_EQ(whyNot<wire::Run>(encoded(Message)), Why);
  };
  Check([](wire::Run &Message) { Message.Arguments.push(Cut); });
  Check([](wire::Run &Message) { Message.Environment.push(Cut); });
  Check([](wire::Run &Message) { Message.Directory = Cut; });
  Check([](wire::Run &Message) { Message.PerfFile = Cut; });
  Check([](wire::Run &Message) { Message.ProgramFile = Cut; });
  Check([](wire::Run &Message) { Message.StartAgain.push(Cut); });
}

TEST(Messages, RunNamesFilesFromTheRoot) {
  for (std::string_view Name : {"prog.bc", "./prog.bc", " /prog.bc"}) {
    wire::Run Message;
    Message.Arguments.push("prog");
    Message.ProgramFile = Name;
    EXPECT_EQ(whyNot<wire::Run>(encoded(Message)),
              "a file of the program that is not named from the root");
  }
}

TEST(Messages, RunStartsAgainByAFileAndItsName) {
  constexpr char Bad[] = "a command that cannot start the program again";
  using Words = std::vector<std::string_view>;
  for (const auto &[Command, Why] :
       {std::pair(Words{}, ""),
        {Words{"/bin/remote-run", "remote-run"}, ""},
        {Words{"/bin/remote-run"}, Bad},
        {Words{"remote-run", "remote-run"}, Bad},
        {Words{"", "remote-run"}, Bad}}) {
    wire::Run Message;
    Message.Arguments.push("prog");
    for (std::string_view Word : Command)
      Message.StartAgain.push(Word);
    EXPECT_EQ(whyNot<wire::Run>(encoded(Message)), Why);
  }
}

TEST(Messages, RunNeedsAnArgument) {
  EXPECT_EQ(whyNot<wire::Run>(encoded(wire::Run())),
            "no arguments, not even argv[0]");
}

TEST(Messages, RunningIsEmpty) {
  EXPECT_TRUE(encoded(Running()).empty());
  expectExactLength<Running>({});
}

TEST(Messages, FailedComesBack) {
  std::vector<uint8_t> Payload = encoded(Failed{"no room"});
  auto Back = decode<Failed>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Reason, "no room");
  expectExactLength<Failed>(Payload);
}

TEST(Messages, FailedHasAReason) {
  EXPECT_EQ(whyNot<Failed>(encoded(Failed{""})), "a failure without a reason");
}

//===----------------------------------------------------------------------===//
// DescribeCpu, Cpu
//===----------------------------------------------------------------------===//

TEST(Messages, DescribeCpuIsEmpty) {
  EXPECT_TRUE(encoded(DescribeCpu()).empty());
  expectExactLength<DescribeCpu>({});
}

TEST(Messages, CpuIsTheSpecifiedBytes) {
  wire::Cpu Message = {0x0102, uint64_t(1) << 63, "z", "a\nb"};
  std::vector<uint8_t> Payload = encoded(Message);
  EXPECT_EQ(Payload, written([](ByteWriter &Writer) {
              Writer.u64(0x0102);
              Writer.u64(uint64_t(1) << 63);
              Writer.string("z");
              Writer.string("a\nb");
            }));
  auto Back = decode<wire::Cpu>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Capabilities, 0x0102u);
  EXPECT_EQ(Back->MoreCapabilities, uint64_t(1) << 63);
  EXPECT_EQ(Back->Platform, "z");
  EXPECT_EQ(Back->Description, "a\nb");
  expectExactLength<wire::Cpu>(Payload);
}

} // namespace
