//===- Stats.cpp - Where the time and the bytes went ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stats.h"

#include <cinttypes>

namespace remoterun {

void StepTimes::finish(const char *Name) {
  Clock::time_point Now = Clock::now();
  std::chrono::duration<double, std::milli> Passed = Now - StepStart;
  Steps.push_back({Name, Passed.count()});
  StepStart = Now;
}

void printStats(const StepTimes &Times, const RunCounts &Counts,
                std::FILE *Out) {
  for (const StepTimes::Step &Step : Times.steps())
    std::fprintf(Out, "remote-run: stats: %-16s %12.3f ms\n", Step.Name,
                 Step.Milliseconds);
  auto Print = [Out](const char *Name, uint64_t Value) {
    std::fprintf(Out, "remote-run: stats: %-16s %12" PRIu64 "\n", Name, Value);
  };
  Print("round trips", Counts.Session.RoundTrips);
  Print("frames sent", Counts.Session.FramesSent);
  Print("frames received", Counts.Session.FramesReceived);
  Print("bytes sent", Counts.Session.BytesSent);
  Print("bytes shipped", Counts.Session.BytesShipped);
  if (Counts.KeepsFar) {
    Print("bytes kept there", Counts.Session.BytesKept);
    Print("blocks stored", Counts.Session.BlocksStored);
  }
  Print("objects", Counts.Objects);
  Print("cache hits", Counts.CacheHits);
  Print("cache misses", Counts.CacheMisses);
  if (!Counts.NotKept.empty())
    std::fprintf(Out, "remote-run: stats: %-16s %s\n", "not kept",
                 Counts.NotKept.c_str());
  if (Counts.WasLinkedBefore)
    std::fprintf(Out, "remote-run: stats: %-16s %12s\n", "linked", "before");
  Print("sections", Counts.Sections);
  if (!Counts.NoImage.empty())
    std::fprintf(Out, "remote-run: stats: %-16s %s\n", "no image",
                 Counts.NoImage.c_str());
  Print("symbols", Counts.SymbolsLookedUp);
  // As --lazy=auto has it.
  constexpr double OfInstruction = 0.01; // ms
  if (Counts.Instructions != 0) {
    Print("IR instructions", Counts.Instructions);
    std::fprintf(Out, "remote-run: stats: %-16s %12.3f ms\n", "estimate",
                 static_cast<double>(Counts.Instructions) * OfInstruction);
  }
  if (!Counts.NotLate.empty())
    std::fprintf(Out, "remote-run: stats: %-16s %s\n", "not lazy",
                 Counts.NotLate.c_str());
  if (Counts.Late) {
    Print("late functions", Counts.Late->Functions);
    Print("late in the cache", Counts.Late->Kept);
    Print("requested", Counts.Late->Requested);
    Print("compiled", Counts.Late->Compiled);
    Print("optimized", Counts.Late->Optimized);
    std::fprintf(Out, "remote-run: stats: %-16s %12.3f ms\n",
                 "waited for these",
                 static_cast<double>(Counts.Late->Waited.count()) / 1000);
  }
  if (Counts.LacksLlvmCounters)
    std::fprintf(Out, "remote-run: stats: %-16s %s\n", "LLVM's own",
                 "none: this LLVM was built without them");
}

} // namespace remoterun
