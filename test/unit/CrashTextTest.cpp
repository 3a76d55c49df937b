//===- CrashTextTest.cpp - Crashes for people -----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/CrashText.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace remoterun;
using namespace remoterun::controller;
using Owner = CrashFrame::Owner;

namespace {

CrashFrame frameOf(Owner Whose, const std::string &Function) {
  CrashFrame Frame;
  Frame.Whose = Whose;
  Frame.Function = Function;
  Frame.Module = Whose == Owner::Program ? "prog.bc" : "/lib/libc.so.6";
  Frame.ModuleOffset = 0x1234;
  Frame.Pc = ExecutorAddr(0x7f0000001234);
  return Frame;
}

CrashFrame guest(const std::string &Function) {
  return frameOf(Owner::Program, Function);
}

std::string textOf(std::vector<CrashFrame> Frames) {
  CrashDescription Crash;
  Crash.Thread = 7;
  Crash.Frames = std::move(Frames);
  std::string Text = crashText(Crash);
  const std::string Start = "\n  thread 7";
  EXPECT_EQ(Text.substr(0, Start.size()), Start);
  return Text.substr(Start.size());
}

TEST(CrashText, StartsWithTheCauseAndTheThread) {
  CrashDescription Crash;
  Crash.Thread = 42;
  EXPECT_EQ(crashText(Crash), "\n  thread 42");
  Crash.IsMainThread = true;
  Crash.Cause = "null pointer read at 0x0";
  EXPECT_EQ(crashText(Crash), ": null pointer read at 0x0\n  thread 42 (main)");
}

TEST(CrashText, SaysOfAFrameWhatIsKnown) {
  CrashFrame WithLine = guest("store(int*)");
  WithLine.SourceFile = "shapes.cpp";
  WithLine.Line = 12;
  WithLine.Column = 8;
  CrashFrame Inlined = WithLine;
  Inlined.IsInlined = true;
  CrashFrame WithoutColumn = WithLine;
  WithoutColumn.Column = 0;
  CrashFrame WithoutLine = WithLine;
  WithoutLine.Line = 0;
  CrashFrame WithOffset = guest("main");
  WithOffset.FunctionOffset = 0x1c;
  CrashFrame LibraryLine = frameOf(Owner::Library, "qsort");
  LibraryLine.SourceFile = "msort.c";
  LibraryLine.Line = 3;
  EXPECT_EQ(textOf({Inlined, WithLine, WithoutColumn, WithoutLine, WithOffset,
                    guest("main"), guest(""), frameOf(Owner::Library, ""),
                    LibraryLine, frameOf(Owner::Unknown, "")}),
            "\n  #0 (inlined) store(int*) at shapes.cpp:12:8"
            "\n  #1 store(int*) at shapes.cpp:12:8"
            "\n  #2 store(int*) at shapes.cpp:12"
            "\n  #3 store(int*) at shapes.cpp"
            "\n  #4 main+0x1c in prog.bc"
            "\n  #5 main in prog.bc"
            "\n  #6 ?? in prog.bc"
            "\n  #7 ?? in /lib/libc.so.6+0x1234"
            "\n  #8 qsort at msort.c:3 in /lib/libc.so.6+0x1234"
            "\n  #9 ?? at address 0x7f0000001234");
}

TEST(CrashText, EndsWhereTheExecutorHasCalledTheProgram) {
  CrashFrame Executor = frameOf(Owner::Executor, "");
  CrashFrame Library = frameOf(Owner::Library, "qsort");
  EXPECT_EQ(textOf({guest("f"), Executor, Executor, Library}),
            "\n  #0 f in prog.bc");
  // What the executor does for the program is part of the way.
  EXPECT_EQ(textOf({guest("f"), Executor, guest("g"), Library, Executor}),
            "\n  #0 f in prog.bc"
            "\n  #1 ?? in /lib/libc.so.6+0x1234"
            "\n  #2 g in prog.bc"
            "\n  #3 qsort in /lib/libc.so.6+0x1234");
}

TEST(CrashText, SaysThatTheExecutorCrashed) {
  EXPECT_EQ(textOf({frameOf(Owner::Executor, ""), guest("f")}),
            "\n  #0 ?? in /lib/libc.so.6+0x1234"
            "\n  #1 f in prog.bc"
            "\n  (it crashed in the executor's own code)");
}

TEST(CrashText, SumsUpRecursion) {
  std::vector<CrashFrame> Frames = {guest("leaf")};
  for (int I = 0; I != 100; ++I)
    Frames.push_back(guest("again"));
  Frames.push_back(guest("main"));
  EXPECT_EQ(textOf(Frames), "\n  #0 leaf in prog.bc"
                            "\n  #1 again in prog.bc"
                            "\n  ... (the frame above, 99 more times)"
                            "\n  #101 main in prog.bc");
}

TEST(CrashText, SumsUpFunctionsThatCallEachOther) {
  std::vector<CrashFrame> Frames;
  for (int I = 0; I != 10; ++I) {
    Frames.push_back(guest("even"));
    Frames.push_back(guest("odd"));
  }
  Frames.push_back(guest("even"));
  Frames.push_back(guest("main"));
  EXPECT_EQ(textOf(Frames), "\n  #0 even in prog.bc"
                            "\n  #1 odd in prog.bc"
                            "\n  ... (the 2 frames above, 9 more times)"
                            "\n  #20 even in prog.bc"
                            "\n  #21 main in prog.bc");
}

TEST(CrashText, ShowsWhatIsThereTwice) {
  EXPECT_EQ(textOf({guest("f"), guest("f"), guest("g")}),
            "\n  #0 f in prog.bc\n  #1 f in prog.bc\n  #2 g in prog.bc");
}

TEST(CrashText, LeavesOutNoLineForALineThatSaysSo) {
  for (size_t Count : {64 + 16, 64 + 16 + 1, 64 + 16 + 2}) {
    std::vector<CrashFrame> Frames;
    for (size_t I = 0; I != Count; ++I)
      Frames.push_back(guest("f" + std::to_string(I)));
    bool IsShortened =
        textOf(Frames).find("frames left out") != std::string::npos;
    EXPECT_EQ(IsShortened, Count > 64 + 16 + 1) << Count;
  }
}

TEST(CrashText, LeavesOutTheMiddleOfALongWay) {
  std::vector<CrashFrame> Frames;
  for (int I = 0; I != 200; ++I)
    Frames.push_back(guest("f" + std::to_string(I)));
  std::string Text = textOf(Frames);
  EXPECT_EQ(std::count(Text.begin(), Text.end(), '\n'), 64 + 1 + 16);
  EXPECT_NE(Text.find("\n  #63 f63 in prog.bc\n  ... (120 frames left out)"
                      "\n  #184 f184 in prog.bc"),
            Text.npos);
}

TEST(CrashText, SaysWhatIsMissing) {
  CrashDescription Crash;
  Crash.Frames = {guest("f")};
  Crash.HasMoreFrames = true;
  Crash.IsComplete = false;
  Crash.HasSymbols = false;
  EXPECT_EQ(crashText(Crash), "\n  thread 0"
                              "\n  #0 f in prog.bc"
                              "\n  ... (and more frames)"
                              "\n  (the symbols could not be read)"
                              "\n  (the report is cut short)");
}

TEST(CrashText, IsFitForATerminal) {
  CrashDescription Crash;
  Crash.Cause = "a\n\x1b[31mb";
  CrashFrame Frame = guest("f\r\n");
  Frame.Module = "x\ny";
  Crash.Frames = {Frame};
  EXPECT_EQ(crashText(Crash), ": a??[31mb\n  thread 0\n  #0 f?? in x?y");
}

TEST(CrashText, BoundsNames) {
  std::string Text = textOf({guest(std::string(100000, 'x'))});
  EXPECT_LT(Text.size(), 1100u);
  CrashDescription Crash;
  Crash.Cause = std::string(100000, 'x');
  EXPECT_LT(crashText(Crash).size(), 8300u);
}

} // namespace
