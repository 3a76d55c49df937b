//===- RunResult.cpp - What --result-json tells ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/result/RunResult.h"
#include "controller/result/JsonStream.h"

#include <csignal>
#include <cstdio>
#include <cstring>

namespace remoterun::controller {

namespace {

const char *nameOf(RunResult::Kind Outcome) {
  switch (Outcome) {
  case RunResult::Kind::Exited:
    return "exited";
  case RunResult::Kind::Signaled:
    return "signaled";
  case RunResult::Kind::TimedOut:
    return "timed-out";
  case RunResult::Kind::Interrupted:
    return "interrupted";
  case RunResult::Kind::Failed:
    return "failed";
  }
  return "";
}

const char *nameOf(Blame Whose) {
  switch (Whose) {
  case Blame::Usage:
    return "usage";
  case Blame::Input:
    return "input";
  case Blame::Launch:
    return "launch";
  case Blame::Protocol:
    return "protocol";
  case Blame::Executor:
    return "executor";
  case Blame::Internal:
    return "internal";
  case Blame::Guest: // A program's end is a result.
    return "guest";
  }
  return "";
}

void stringOrNull(JsonStream &Json, std::string_view Key,
                  std::string_view Text) {
  if (Text.empty())
    Json.null(Key);
  else
    Json.string(Key, Text);
}

void writeSignal(JsonStream &Json, int Signal, bool DumpedCore) {
  char Name[32];
  if (Signal >= SIGRTMIN && Signal <= SIGRTMAX)
    snprintf(Name, sizeof(Name), "SIGRTMIN+%d", Signal - SIGRTMIN);
  else if (const char *Abbreviation = sigabbrev_np(Signal))
    snprintf(Name, sizeof(Name), "SIG%s", Abbreviation);
  else
    snprintf(Name, sizeof(Name), "signal %d", Signal);
  Json.beginObject("signal");
  Json.number("number", static_cast<uint64_t>(Signal));
  Json.string("name", Name);
  Json.boolean("core_dumped", DumpedCore);
  Json.endObject();
}

uint64_t microseconds(const timeval &Time) {
  return static_cast<uint64_t>(Time.tv_sec) * 1000000 +
         static_cast<uint64_t>(Time.tv_usec);
}

void writeUsage(JsonStream &Json, std::string_view Key, const rusage &Usage) {
  Json.beginObject(Key);
  Json.seconds("user_seconds", microseconds(Usage.ru_utime));
  Json.seconds("system_seconds", microseconds(Usage.ru_stime));
  // Linux counts in KiB (getrusage(2)).
  Json.number("peak_memory_bytes",
              static_cast<uint64_t>(Usage.ru_maxrss) * 1024);
  Json.endObject();
}

void writeLate(JsonStream &Json, const LateCounts &Late) {
  Json.beginObject("late");
  Json.number("functions", Late.Functions);
  Json.number("in_the_cache", Late.Kept);
  Json.number("requested", Late.Requested);
  Json.number("compiled", Late.Compiled);
  Json.number("optimized", Late.Optimized);
  Json.seconds("waited_seconds", static_cast<uint64_t>(Late.Waited.count()));
  Json.endObject();
}

} // namespace

int writeResult(const RunResult &Result, std::string_view Version,
                int Descriptor) {
  JsonStream Json(Descriptor);
  Json.beginObject();
  Json.number("schema", RunResult::SchemaVersion);
  Json.string("remote_run", Version);
  Json.string("outcome", nameOf(Result.Outcome));
  stringOrNull(Json, "fault", Result.Fault ? nameOf(*Result.Fault) : "");
  Json.number("status", static_cast<uint64_t>(Result.Status));
  stringOrNull(Json, "message", Result.Message);
  stringOrNull(Json, "step", Result.Step);
  if (Result.Guest && Result.Guest->exited())
    Json.number("exit_status",
                static_cast<uint64_t>(Result.Guest->exitStatus()));
  else
    Json.null("exit_status");
  if (Result.Guest && !Result.Guest->exited())
    writeSignal(Json, Result.Guest->signal(), Result.Guest->dumpedCore());
  else if (Result.Interruption != 0)
    writeSignal(Json, Result.Interruption, false);
  else
    Json.null("signal");
  Json.seconds("wall_seconds", static_cast<uint64_t>(Result.Wall.count()));
  writeUsage(Json, "controller", Result.Controller);
  if (Result.Executor)
    writeUsage(Json, "executor", *Result.Executor);
  else
    Json.null("executor");
  Json.beginObject("protocol");
  Json.number("round_trips", Result.Session.RoundTrips);
  Json.number("bytes_sent", Result.Session.BytesSent);
  Json.number("bytes_shipped", Result.Session.BytesShipped);
  Json.number("bytes_kept", Result.Session.BytesKept);
  Json.endObject();
  if (Result.Late)
    writeLate(Json, *Result.Late);
  else
    Json.null("late");
  Json.endObject();
  return Json.finish();
}

} // namespace remoterun::controller
