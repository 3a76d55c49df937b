//===- CrashText.cpp - A crash report for people --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/CrashText.h"
#include "controller/base/Printable.h"

#include <algorithm>

namespace remoterun::controller {

namespace {

using Owner = CrashFrame::Owner;

/// Names of templates have no bound.
constexpr size_t LongestName = 1024;
constexpr size_t LongestCause = 8 * 1024;
/// Frames that are shown of those that are left, from either end.
constexpr size_t InnerFrames = 64;
constexpr size_t OuterFrames = 16;
/// How many functions that call each other in turn are seen as a repetition.
constexpr size_t LongestPeriod = 16;

std::string shortened(const std::string &Name, size_t Longest = LongestName) {
  if (Name.size() <= Longest)
    return printable(Name);
  return printable(Name.substr(0, Longest)) + "...";
}

/// What stands behind the number.
std::string frameText(const CrashFrame &Frame) {
  std::string Text = Frame.IsInlined ? "(inlined) " : "";
  Text += Frame.Function.empty() ? "??" : shortened(Frame.Function);
  bool HasLine = !Frame.SourceFile.empty();
  if (HasLine) {
    Text += " at " + shortened(Frame.SourceFile);
    if (Frame.Line != 0)
      Text += ":" + std::to_string(Frame.Line);
    if (Frame.Line != 0 && Frame.Column != 0)
      Text += ":" + std::to_string(Frame.Column);
  }
  switch (Frame.Whose) {
  case Owner::Library:
  case Owner::Executor:
    return Text + " in " + shortened(Frame.Module) + "+" +
           hex(Frame.ModuleOffset);
  case Owner::Program:
    if (HasLine)
      return Text;
    if (!Frame.Function.empty() && Frame.FunctionOffset != 0)
      Text += "+" + hex(Frame.FunctionOffset);
    return Text + " in " + shortened(Frame.Module);
  case Owner::Unknown:
    break;
  }
  return Text + " at address " + hex(Frame.Pc.value());
}

/// A frame, or a note between frames.
struct Line {
  size_t Number = 0;
  bool IsNote = false;
  std::string Text;
};

/// How often the \p Period frames before \p At come again there.
size_t countRepetitions(std::span<const std::string> Texts, size_t At,
                        size_t Period) {
  size_t Times = 0;
  for (; At + Period <= Texts.size(); At += Period, ++Times)
    if (!std::equal(Texts.begin() + At, Texts.begin() + At + Period,
                    Texts.begin() + At - Period))
      break;
  return Times;
}

/// The shortest period that comes at least twice more; 0 for none.
size_t findPeriod(std::span<const std::string> Texts, size_t At) {
  for (size_t Period = 1; Period <= std::min(At, LongestPeriod); ++Period)
    if (countRepetitions(Texts, At, Period) >= 2)
      return Period;
  return 0;
}

std::vector<Line> withoutRepetitions(std::span<const std::string> Texts) {
  std::vector<Line> Lines;
  for (size_t At = 0; At != Texts.size();) {
    size_t Period = findPeriod(Texts, At);
    if (Period == 0) {
      Lines.push_back({At, false, Texts[At]});
      ++At;
      continue;
    }
    size_t Times = countRepetitions(Texts, At, Period);
    std::string What = Period == 1
                           ? "the frame above"
                           : "the " + std::to_string(Period) + " frames above";
    Lines.push_back(
        {At, true,
         "... (" + What + ", " + std::to_string(Times) + " more times)"});
    At += Times * Period;
  }
  return Lines;
}

void appendLines(std::span<const Line> Lines, std::string &Text) {
  for (const Line &Entry : Lines) {
    Text += "\n  ";
    if (!Entry.IsNote)
      Text += "#" + std::to_string(Entry.Number) + " ";
    Text += Entry.Text;
  }
}

void appendFrames(const CrashDescription &Crash, std::string &Text) {
  size_t Shown = countProgramFrames(Crash.Frames);
  std::vector<std::string> Texts;
  for (size_t I = 0; I != Shown; ++I)
    Texts.push_back(frameText(Crash.Frames[I]));
  std::vector<Line> All = withoutRepetitions(Texts);
  std::span<const Line> Lines = All;
  if (Lines.size() <= InnerFrames + OuterFrames + 1) {
    appendLines(Lines, Text);
  } else {
    std::span<const Line> Outer = Lines.last(OuterFrames);
    size_t LeftOut = Outer.front().Number - Lines[InnerFrames].Number;
    appendLines(Lines.first(InnerFrames), Text);
    Text += "\n  ... (" + std::to_string(LeftOut) + " frames left out)";
    appendLines(Outer, Text);
  }
  if (Crash.HasMoreFrames && Shown == Crash.Frames.size())
    Text += "\n  ... (and more frames)";
}

} // namespace

size_t countProgramFrames(std::span<const CrashFrame> Frames) {
  auto IsProgram = [](const CrashFrame &Frame) {
    return Frame.Whose == Owner::Program;
  };
  auto Outermost = std::find_if(Frames.rbegin(), Frames.rend(), IsProgram);
  if (Outermost == Frames.rend())
    return Frames.size();
  auto Executor =
      std::find_if(Outermost.base(), Frames.end(), [](const CrashFrame &Frame) {
        return Frame.Whose == Owner::Executor;
      });
  return static_cast<size_t>(Executor - Frames.begin());
}

std::string crashText(const CrashDescription &Crash) {
  std::string Text;
  if (!Crash.Cause.empty())
    Text += ": " + shortened(Crash.Cause, LongestCause);
  Text += "\n  thread " + std::to_string(Crash.Thread) +
          (Crash.IsMainThread ? " (main)" : "");
  appendFrames(Crash, Text);
  if (!Crash.Frames.empty() && Crash.Frames.front().Whose == Owner::Executor)
    Text += "\n  (it crashed in the executor's own code)";
  if (!Crash.HasSymbols)
    Text += "\n  (the symbols could not be read)";
  if (!Crash.IsComplete)
    Text += "\n  (the report is cut short)";
  return Text;
}

} // namespace remoterun::controller
