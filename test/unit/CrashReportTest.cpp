//===- CrashReportTest.cpp - A report, written and read -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/CrashReport.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace remoterun;
using wire::CrashRecorder;
using wire::CrashReport;

namespace {

/// PROTOCOL.md, "Crash reports": of no text there is more.
constexpr size_t LongestText = 4096;

/// Memory that both sides share, with a report that has begun.
struct Report {
  std::vector<uint8_t> Memory;
  CrashRecorder Recorder;

  explicit Report(size_t Size = wire::CrashMemorySize)
      : Memory(Size), Recorder(Memory) {
    CrashReport::Death Cause;
    Cause.Signal = 11;
    Recorder.begin(Cause);
  }
  wire::Decoded<CrashReport> read() const {
    return wire::decodeCrashReport(Memory);
  }
};

TEST(CrashReport, CutsLongTexts) {
  for (size_t Size :
       {LongestText - 1, LongestText, LongestText + 1, 2 * LongestText}) {
    Report Written;
    const std::string Text(Size, 'x');
    EXPECT_EQ(Written.Recorder.module({ExecutorAddr(1), Text, Text}), 1u);
    Written.Recorder.exception({Text, Text, true});
    Written.Recorder.message(Text);
    Written.Recorder.complete();
    auto Read = Written.read();
    ASSERT_TRUE(Read) << Size;
    const std::string Cut = Text.substr(0, LongestText);
    ASSERT_EQ(Read->Modules.size(), 1u);
    EXPECT_EQ(Read->Modules[0].Path, Cut);
    EXPECT_EQ(Read->Modules[0].BuildId, Cut);
    EXPECT_EQ(Read->Thrown.TypeName, Cut);
    EXPECT_EQ(Read->Thrown.What, Cut);
    EXPECT_EQ(Read->Message, Cut);
    EXPECT_TRUE(Read->IsComplete);
  }
}

TEST(CrashReport, HasFramesOfModulesThatWereNamedBefore) {
  for (uint32_t Modules : {0, 1, 3}) {
    for (uint32_t Number = 0; Number != Modules + 2; ++Number) {
      Report Written;
      for (uint32_t Named = 0; Named != Modules; ++Named)
        Written.Recorder.module({ExecutorAddr(Named + 1), "file", ""});
      Written.Recorder.frame({ExecutorAddr(5), true, Number});
      EXPECT_EQ(bool(Written.read()), Number <= Modules)
          << Number << " of " << Modules;
    }
  }
}

TEST(CrashReport, LeavesOutRecordsForWhichThereIsNoRoom) {
  // Room for the death and the end alone: 3 bytes, the head of a record.
  size_t OfDeath = 0;
  for (size_t Size = 0; OfDeath == 0; ++Size) {
    Report Written(4 + Size);
    auto Read = Written.read();
    ASSERT_TRUE(Read) << Size;
    if (Read->Cause.Signal != 0)
      OfDeath = Size;
  }
  for (size_t Room : {0, 2, 3, 4, 15, 16}) {
    Report Written(4 + OfDeath + Room);
    Written.Recorder.frame({ExecutorAddr(7), false, 0});
    Written.Recorder.complete();
    auto Read = Written.read();
    ASSERT_TRUE(Read) << Room;
    // An address, a flag and a module.
    bool HasFrame = Room >= 3 + 8 + 1 + 4;
    EXPECT_EQ(Read->Frames.size(), HasFrame ? 1u : 0u) << Room;
    EXPECT_EQ(Read->IsComplete, Room >= 3 && !HasFrame) << Room;
  }
}

} // namespace
