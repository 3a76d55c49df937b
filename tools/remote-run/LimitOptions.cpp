//===- LimitOptions.cpp - What the program may use ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LimitOptions.h"
#include "OptionTable.h"
#include "Run.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>
#include <csignal>
#include <sys/resource.h>

using namespace llvm;

namespace remoterun::options {

using wire::Run;

cl::OptionCategory LimitCategory("Limits of the program");

namespace {

cl::opt<std::string>
    Timeout("timeout", cl::value_desc("duration"),
            cl::desc("End the whole run after so long, with status 124"),
            cl::cat(LimitCategory));
cl::opt<std::string>
    KillAfter("kill-after", cl::value_desc("duration"), cl::init("5s"),
              cl::desc("From --timeout's SIGTERM to SIGKILL; default: 5s"),
              cl::cat(LimitCategory));
cl::opt<std::string> LimitCpu("limit-cpu", cl::value_desc("duration"),
                              cl::desc("Processor time, in whole seconds"),
                              cl::cat(LimitCategory));
cl::opt<std::string> LimitMemory("limit-memory", cl::value_desc("bytes"),
                                 cl::desc("Address space, as in 512M"),
                                 cl::cat(LimitCategory));
cl::opt<std::string> LimitStack("limit-stack", cl::value_desc("bytes"),
                                cl::desc("Stack of the main thread"),
                                cl::cat(LimitCategory));
cl::opt<std::string> LimitFileSize("limit-fsize", cl::value_desc("bytes"),
                                   cl::desc("Size of a file that it writes"),
                                   cl::cat(LimitCategory));
cl::opt<std::string> LimitOpenFiles("limit-nofile", cl::value_desc("n"),
                                    cl::desc("Open descriptors"),
                                    cl::cat(LimitCategory));
cl::opt<std::string> LimitProcesses("limit-nproc", cl::value_desc("n"),
                                    cl::desc("Processes of the user"),
                                    cl::cat(LimitCategory));
cl::opt<bool> NoCore("no-core", cl::desc("Let no crash leave a core file"),
                     cl::cat(LimitCategory));
cl::alias DisableCoreFiles("disable-core-files", cl::aliasopt(NoCore),
                           cl::desc("Same as --no-core"), cl::NotHidden);

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

/// A number with an optional fraction, and what follows it.
std::optional<double> takeNumber(StringRef &Text) {
  StringRef Digits =
      Text.take_while([](char C) { return isDigit(C) || C == '.'; });
  Text = Text.drop_front(Digits.size());
  double Number;
  if (Digits.empty() || Digits.getAsDouble(Number))
    return std::nullopt;
  return Number;
}

Expected<std::chrono::nanoseconds> parseDuration(const cl::Option &Option,
                                                 StringRef Text) {
  StringRef Unit = Text;
  std::optional<double> Number = takeNumber(Unit);
  double Factor = StringSwitch<double>(Unit)
                      .Case("ms", 1e-3)
                      .Case("", 1)
                      .Case("s", 1)
                      .Case("m", 60)
                      .Case("h", 3600)
                      .Case("d", 86400)
                      .Default(0);
  constexpr double LongestSeconds = 1e9;
  if (!Number || Factor == 0 || *Number * Factor > LongestSeconds)
    return usage(("--" + Option.ArgStr + "=" + Text +
                  ": expected a duration of less than 30 years, as in 500ms, "
                  "2s, 1.5m or 1h")
                     .str());
  return std::chrono::nanoseconds(std::llround(*Number * Factor * 1e9));
}

Expected<uint64_t> parseAmount(const cl::Option &Option, StringRef Text,
                               bool IsBytes) {
  if (Text == "unlimited")
    return ~uint64_t(0);
  auto [Digits, Shift] = std::pair(Text, 0u);
  if (IsBytes && !Text.empty()) {
    size_t Unit = StringRef("KMGT").find(toUpper(Text.back()));
    if (Unit != StringRef::npos) {
      Digits = Text.drop_back();
      Shift = 10 * (static_cast<unsigned>(Unit) + 1);
    }
  }
  uint64_t Number;
  if (Digits.empty() || !all_of(Digits, isDigit) ||
      Digits.getAsInteger(10, Number) || Number > (~uint64_t(0) - 1) >> Shift)
    return usage(
        ("--" + Option.ArgStr + "=" + Text + ": expected " +
         (IsBytes ? "bytes, as in 65536, 64K, 512M or 2G" : "a number") +
         ", or unlimited")
            .str());
  return Number << Shift;
}

/// An option that limits what is counted in bytes or pieces.
struct AmountOption {
  cl::opt<std::string> &Option;
  Run::Resource What;
  __rlimit_resource_t System;
  bool IsBytes;
  int Signal; ///< That it leads to; 0 for none.
};
const AmountOption AmountOptions[] = {
    {LimitMemory, Run::Resource::Memory, RLIMIT_AS, true, 0},
    {LimitStack, Run::Resource::Stack, RLIMIT_STACK, true, 0},
    {LimitFileSize, Run::Resource::FileSize, RLIMIT_FSIZE, true, SIGXFSZ},
    {LimitOpenFiles, Run::Resource::OpenFiles, RLIMIT_NOFILE, false, 0},
    {LimitProcesses, Run::Resource::Processes, RLIMIT_NPROC, false, 0},
};

/// The executor's own, before the guest's first frame.
constexpr uint64_t SmallestStack = 64 * 1024;

bool given(const cl::Option &Option) { return Option.getNumOccurrences() > 0; }

std::string asGiven(const cl::opt<std::string> &Option) {
  return "--" + Option.ArgStr.str() + "=" + Option.getValue();
}

/// Who may not raise a limit beyond what was inherited is told so.
void warnIfRefused(const cl::opt<std::string> &Option, uint64_t Hard,
                   __rlimit_resource_t What) {
  rlimit Inherited;
  if (::getrlimit(What, &Inherited) != 0 || Hard <= Inherited.rlim_max)
    return;
  rlimit Raised = {Inherited.rlim_cur, Hard};
  if (::setrlimit(What, &Raised) == 0)
    ::setrlimit(What, &Inherited);
  else
    warn(asGiven(Option) + ": the system allows no more than " +
         std::to_string(Inherited.rlim_max));
}

Expected<void> chooseTime(driver::Limits &Into) {
  if (given(Timeout)) {
    auto Time = parseDuration(Timeout, Timeout);
    if (!Time)
      return Time.error();
    if (Time->count() == 0)
      return usage(asGiven(Timeout) + ": expected more than no time");
    Into.Timeout = *Time;
    Into.TimeoutAsGiven = asGiven(Timeout);
  } else if (given(KillAfter)) {
    return usage("--kill-after has no effect without --timeout; give both");
  }
  auto Grace = parseDuration(KillAfter, KillAfter);
  if (!Grace)
    return Grace.error();
  Into.KillAfter = *Grace;
  return {};
}

Expected<void> chooseProcessorTime(driver::Limits &Into) {
  if (!given(LimitCpu))
    return {};
  Run::Limit Limit = {Run::Resource::Cpu, ~uint64_t(0), ~uint64_t(0)};
  if (LimitCpu != "unlimited") {
    auto Time = parseDuration(LimitCpu, LimitCpu);
    if (!Time)
      return Time.error();
    auto Seconds = std::chrono::ceil<std::chrono::seconds>(*Time).count();
    if (Seconds == 0)
      return usage(asGiven(LimitCpu) + ": expected more than no time");
    // SIGXCPU comes at the first, which the program may use to end in order,
    // and SIGKILL at the second.
    Limit.Soft = static_cast<uint64_t>(Seconds);
    Limit.Hard = Limit.Soft + 1;
  }
  warnIfRefused(LimitCpu, Limit.Hard, RLIMIT_CPU);
  Into.Resources.push_back(Limit);
  if (Limit.Soft != ~uint64_t(0))
    Into.AsGivenBySignal[SIGXCPU] = asGiven(LimitCpu);
  return {};
}

} // namespace

Expected<driver::Limits> chosenLimits() {
  driver::Limits Given;
  if (auto Done = chooseTime(Given); !Done)
    return Done.error();
  if (auto Done = chooseProcessorTime(Given); !Done)
    return Done.error();
  for (const AmountOption &Each : AmountOptions) {
    if (!given(Each.Option))
      continue;
    auto Amount = parseAmount(Each.Option, Each.Option, Each.IsBytes);
    if (!Amount)
      return Amount.error();
    if (Each.What == Run::Resource::Stack && *Amount < SmallestStack)
      return usage(asGiven(Each.Option) + ": expected at least 64K, which a "
                                          "process needs to start");
    warnIfRefused(Each.Option, *Amount, Each.System);
    Given.Resources.push_back({Each.What, *Amount, *Amount});
    if (Each.Signal && *Amount != ~uint64_t(0))
      Given.AsGivenBySignal[Each.Signal] = asGiven(Each.Option);
  }
  if (NoCore)
    Given.Resources.push_back({Run::Resource::CoreSize, 0, 0});
  return Given;
}

} // namespace remoterun::options
