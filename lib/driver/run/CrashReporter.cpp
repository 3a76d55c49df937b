//===- CrashReporter.cpp - From a raw report to what is said of it --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/run/CrashReporter.h"
#include "controller/crash/CrashCause.h"
#include "controller/process/IsolatedTask.h"
#include "driver/run/SymbolReply.h"
#include "jit/target/Isa.h"

namespace remoterun::driver {

using controller::CrashDescription;
using controller::CrashSymbols;
using wire::CrashReport;

namespace {

std::optional<CrashSymbols> readSymbols(const CrashReport &Report,
                                        const jit::CrashedProgram &Program,
                                        jit::SymbolDetail Detail) {
  controller::IsolatedTask Task;
  Task.Work = [&](ByteBuffer &Result) {
    encodeSymbols(jit::symbolize(Report, Program, Detail), Result);
  };
  // More than a report of a few thousand frames can come to.
  Task.LongestResult = size_t(256) << 20;
  auto Reply = controller::runIsolated(Task);
  return Reply ? decodeSymbols(Reply->span()) : std::nullopt;
}

} // namespace

std::optional<CrashDescription>
describeCrash(const controller::CrashMemory &Memory, pid_t Guest, int Signal,
              const jit::CrashedProgram &Program, jit::SymbolDetail Detail) {
  ByteBuffer Copy;
  auto Report = Memory.read(Signal, Copy);
  // Children of the guest inherit its memory.
  if (!Report || Report->Cause.Process != static_cast<uint32_t>(Guest))
    return std::nullopt;
  auto Symbols = readSymbols(*Report, Program, Detail);
  CrashDescription Crash;
  Crash.HasSymbols = Symbols.has_value();
  if (!Symbols)
    Symbols = jit::withoutSymbols(*Report, Program);
  Crash.Thread = Report->Cause.Thread;
  Crash.IsMainThread = Report->Cause.IsMainThread;
  Crash.Cause =
      controller::findCause(*Report, *Symbols, Program.Record.map().segments(),
                            Program.Record.map().isa().Machine);
  Crash.HasMoreFrames = Report->HasMoreFrames;
  Crash.IsComplete = Report->IsComplete;
  Crash.Frames = std::move(Symbols->Frames);
  std::erase_if(Crash.Frames, [](const controller::CrashFrame &Frame) {
    return controller::trapMessage(Frame.Function).has_value();
  });
  return Crash;
}

} // namespace remoterun::driver
