//===- ModuleCrash.cpp - A crash among modules, in words ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/ModuleCrash.h"
#include "controller/base/WaitStatus.h"
#include "controller/crash/CrashCause.h"
#include "controller/crash/CrashText.h"
#include "controller/process/IsolatedTask.h"
#include "driver/open/CallWrapper.h"
#include "driver/open/ReplaceableFunctions.h"
#include "driver/run/SymbolReply.h"
#include "jit/debug/CrashSymbolizer.h"
#include "wire/CrashReport.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun::driver {

using controller::CrashFrame;
using controller::CrashSymbols;
using wire::CrashReport;

namespace {

/// The module that has code at \p Pc; the first for what is in none.
jit::ProgramRecord &recordOf(ExecutorAddr Pc,
                             ArrayRef<jit::ProgramRecord *> Records) {
  for (jit::ProgramRecord *Each : Records)
    if (Each->map().at(Pc))
      return *Each;
  return *Records.front();
}

/// Each module knows its own frames.
CrashSymbols symbolize(CrashReport &Report,
                       ArrayRef<jit::ProgramRecord *> Records) {
  CrashSymbols All;
  auto Frames = std::move(Report.Frames);
  for (size_t I = 0; I != Frames.size();) {
    jit::ProgramRecord &Its = recordOf(Frames[I].Pc, Records);
    Report.Frames.clear();
    do
      Report.Frames.push(Frames[I++]);
    while (I != Frames.size() && &recordOf(Frames[I].Pc, Records) == &Its);
    CrashSymbols Part = jit::symbolize(Report, {Its, /*ExecutorPath=*/"", {}},
                                       jit::SymbolDetail::Full);
    for (CrashFrame &Frame : Part.Frames)
      All.Frames.push_back(std::move(Frame));
    All.ExceptionType = Part.ExceptionType;
    if (!Part.Variable.empty()) {
      All.Variable = Part.Variable;
      All.VariableOffset = Part.VariableOffset;
    }
    if (!Part.Library.empty())
      All.Library = Part.Library;
  }
  Report.Frames = std::move(Frames);
  return All;
}

} // namespace

std::optional<ModuleCrash>
describeModuleCrash(std::span<const uint8_t> Bytes,
                    ArrayRef<jit::ProgramRecord *> Records) {
  auto Report = wire::decodeCrashReport(Bytes);
  if (!Report || Records.empty())
    return std::nullopt;
  controller::IsolatedTask Task;
  Task.Work = [&](ByteBuffer &Result) {
    encodeSymbols(symbolize(*Report, Records), Result);
  };
  Task.LongestResult = size_t(256) << 20;
  auto Reply = controller::runIsolated(Task);
  auto Symbols = Reply ? decodeSymbols(Reply->span()) : std::nullopt;
  jit::ProgramRecord &Its = *Records.front();
  controller::CrashDescription Crash;
  Crash.HasSymbols = Symbols.has_value();
  if (!Symbols)
    Symbols = jit::withoutSymbols(*Report, {Its, "", {}});
  Crash.Thread = Report->Cause.Thread;
  Crash.IsMainThread = Report->Cause.IsMainThread;
  List<wire::Reserve::Segment> Segments;
  for (jit::ProgramRecord *Each : Records)
    Segments.append(Each->map().segments().data(),
                    Each->map().segments().size());
  Crash.Cause = controller::findCause(*Report, *Symbols, Segments.span(),
                                      Its.map().isa().Machine);
  Crash.HasMoreFrames = Report->HasMoreFrames;
  Crash.IsComplete = Report->IsComplete;
  Crash.Frames = std::move(Symbols->Frames);
  for (CrashFrame &Frame : Crash.Frames)
    Frame.Function = withoutBodySuffix(Frame.Function);
  // How a call came there is nobody's affair.
  std::erase_if(Crash.Frames, [](const CrashFrame &Frame) {
    return StringRef(Frame.Function).starts_with(WrapperPrefix);
  });
  int Signal = static_cast<int>(Report->Cause.Signal);
  return ModuleCrash{Signal, controller::describeSignal(Signal) +
                                 controller::crashText(Crash)};
}

} // namespace remoterun::driver
