//===- Options.cpp - What the command line asks for -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The options themselves are in OptionTable.cpp; here, once CommandLine.cpp has
// parsed them, they are checked and turned into a value, so that no other file
// knows about llvm::cl.
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "CommandLine.h"
#include "DebugOptions.h"
#include "Gdb.h"
#include "LlvmOptions.h"
#include "OptionTable.h"
#include "PassReportOptions.h"
#include "Run.h"
#include "SpeedOptions.h"
#include "controller/process/Profiler.h"
#include "driver/run/Launch.h"
#include "driver/settings/RuntimeResolution.h"
#include "jit/codegen/CodeGenFlags.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

using namespace llvm;

namespace remoterun {

namespace {

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

Expected<void> refuseWhatCannotBe() {
  for (const options::Refusal &Refused : options::refusals())
    if (Refused.WasGiven())
      return usage(std::string(Refused.Option) +
                   " is not supported: " + Refused.Reason);
  if (!options::EnableCacheManager && !options::ObjectCacheDir.empty())
    return usage("--object-cache-dir has no effect without "
                 "--enable-cache-manager; give both");
  if (options::ResultJson.getNumOccurrences() > 0 &&
      (options::ResultJson.empty() || options::ResultJson == "-"))
    return usage("--result-json takes the name of a file; standard output is "
                 "the program's, use --result-json=/dev/fd/N for a pipe");
  return {};
}

Expected<std::map<std::string, ExecutorAddr>> parseAbsoluteSymbols() {
  std::map<std::string, ExecutorAddr> Bindings;
  for (const std::string &Text : options::AbsoluteSymbols) {
    auto [Name, Address] = StringRef(Text).rsplit('=');
    uint64_t Value;
    if (Name.empty() || Address.empty() || Address.getAsInteger(0, Value) ||
        Value == 0)
      return usage(
          "--abs=" + Text +
          ": expected NAME=ADDRESS, as in --abs=device=0x7f0000001000");
    if (!Bindings.emplace(Name.str(), ExecutorAddr(Value)).second)
      return usage("--abs=" + Text + ": '" + Name.str() + "' is bound twice");
  }
  return Bindings;
}

/// Where a failure of LLVM's leaves a folder; empty for nowhere.
std::string chooseCrashFolder() {
  if (options::CrashFolder.getNumOccurrences() > 0)
    return options::CrashFolder;
  if (const char *Given = std::getenv("REMOTE_RUN_CRASH_DIR"))
    return Given;
  const char *Temporary = std::getenv("TMPDIR");
  return Temporary && Temporary[0] != '\0' ? Temporary : "/tmp";
}

/// In milliseconds.
Expected<int> choosePatience(const driver::LaunchSettings &Launch) {
  constexpr double Longest = 1000000;
  if (!(options::ExecutorTimeout > 0 && options::ExecutorTimeout <= Longest))
    return usage("--executor-timeout takes seconds, more than 0 and at most "
                 "1000000");
  // Somebody may have to type a password.
  constexpr int OfConnectionsMs = 60000;
  if (Launch.Forwarded && options::ExecutorTimeout.getNumOccurrences() == 0)
    return OfConnectionsMs;
  return std::max(1, static_cast<int>(options::ExecutorTimeout * 1000));
}

driver::LinkScope linkScope(const Options &Settled) {
  const driver::TargetChoice &Target = Settled.Target;
  driver::LinkScope Scope = {*Target.Isa, Target.Root};
  if (!Target.isHost() && Target.Root.empty())
    Scope.Root = "/usr/" + Target.Isa->Multiarch.str();
  Scope.SharesFiles = Settled.Launch.Launcher.empty();
  Scope.StartsExecutor = Scope.SharesFiles && Target.Emulator.empty();
  return Scope;
}

void warnOfEmulator(const Options &Settled) {
  if (!Settled.Target.Emulator.empty() && !driver::canLimitEmulator(Settled) &&
      Settled.Limited.find(wire::Run::Resource::Memory))
    warn("--limit-memory does not bind this program: " +
         Settled.Target.Emulator.front() + " does not pass it on");
}

} // namespace

std::string resultFileGiven() {
  return options::ResultJson == "-" ? std::string() : options::ResultJson;
}

Expected<Options> parseOptions(int ArgumentCount, char **Arguments) {
  options::prepare(Arguments[0]);
  auto Line = readCommandLine(ArgumentCount, Arguments);
  if (!Line)
    return Line.error();
  if (auto Checked = refuseWhatCannotBe(); !Checked)
    return Checked.error();
  if (auto Checked = options::refuseWithoutEffect(Line->Own); !Checked)
    return Checked.error();
  if (auto Printed = options::printValuesIfAsked(); !Printed)
    return Printed.error();

  Options Result;
  Result.Compile.AsGiven = Line->select(options::changesCode);
  Result.Compile.ForCodeGeneration = Line->select(options::isForCodeGeneration);
  Result.Compile.CrashFolder = chooseCrashFolder();
  Result.Compile.OptimizerArguments = Line->select(options::isForOptimizer);
  Result.Compile.InputFile = Line->InputFile;
  Result.GuestArguments.push_back(
      options::FakeArgv0.empty() ? Line->Name : options::FakeArgv0.getValue());
  append_range(Result.GuestArguments, Line->GuestArguments);
  Result.Compile.EntryFunction = options::EntryFunction;
  Result.Compile.ExtraModules = options::ExtraModules;
  auto Launch = chosenLaunch();
  if (!Launch)
    return Launch.error();
  Result.Launch = std::move(*Launch);
  Result.StartsAgain = Line->StartsAgain;
  if (Line->StartsAgain)
    Result.Launch.Directory = Line->Directory;
  auto Patience = choosePatience(Result.Launch);
  if (!Patience)
    return Patience.error();
  Result.Launch.PatienceMs = *Patience;
  auto Limited = options::chosenLimits();
  if (!Limited)
    return Limited.error();
  Result.Limited = std::move(*Limited);
  Result.SignalExitStatus = options::SignalExitStatus;
  Result.Debugging = chosenDebugging();
  if (options::Symbolize == "names")
    Result.Symbolize = jit::SymbolDetail::Names;
  else if (options::Symbolize == "off")
    Result.Symbolize.reset();
  else if (options::Symbolize != "full")
    return usage("--symbolize takes off, names or full");
  auto CodeGen = jit::codeGenOptionsOfFlags();
  if (!CodeGen)
    return CodeGen.error();
  Result.Compile.CodeGen = std::move(*CodeGen);
  auto Target =
      options::chosenTarget(Result.Compile.CodeGen.Triple,
                            Result.GuestArguments.front(), Result.Launch);
  if (!Target)
    return Target.error();
  Result.Target = std::move(*Target);
  auto Link = chosenLinkLine(linkScope(Result));
  if (!Link)
    return Link.error();
  Result.Link = std::move(*Link);
  auto Absolute = parseAbsoluteSymbols();
  if (!Absolute)
    return Absolute.error();
  Result.Link.AbsoluteSymbols = std::move(*Absolute);
  Result.Link.ProcessSymbols = !options::NoProcessSymbols;
  Result.Link.AsImage = options::AsImage;
  // A launcher may lead to other files, and an emulator has a sysroot.
  Result.Link.SeesLibraries = Result.Launch.Launcher.empty() &&
                              !Result.Launch.Forwarded &&
                              Result.Target.Emulator.empty();
  driver::preload(Result.Link, Result.Launch.Environment);
  auto Gdb = chosenGdb(Result);
  if (!Gdb)
    return Gdb.error();
  Result.Debugging.Gdb = std::move(*Gdb);
  // Of what an emulator or another machine runs, perf sees no such code.
  Result.Debugging.IsRecorded =
      Result.Link.SeesLibraries && controller::isRecordedByPerf();
  Result.Debugging.Wait |= !Result.Debugging.Gdb.empty();
  const bool IsForPerf = Result.Debugging.wantsPerfFile();
  Result.NeedsLink = Result.Debugging.Support.value_or(false) ||
                     Result.Debugging.Wait || IsForPerf;
  // For perf, all is described at once.
  Result.IsDebugged =
      Result.Debugging.Support.value_or(Result.Debugging.Wait) && !IsForPerf;
  warnOfEmulator(Result);
  // Started by a command, the executor may be anywhere.
  Result.UsesExecutorCpu =
      jit::isNativeProcessorWanted() &&
      (!Result.Target.Emulator.empty() || !Result.Launch.Launcher.empty());
  Result.Compile.CodeGen.DefaultTriple = Result.Target.Isa->Triple.str();
  if (options::Passes.getNumOccurrences() > 0 && options::Passes.empty())
    return usage("--passes takes a pipeline, as in --passes='default<O2>'");
  if (!options::Passes.empty() && options::EnableCacheManager)
    return usage("--passes is not for --enable-cache-manager, which keeps the "
                 "objects of files as they are; use --cache");
  Result.Compile.Passes = options::Passes;
  Result.Compile.PassesPath = passesProgram();
  auto Saving = chosenSaving(Result.Compile.InputFile);
  if (!Saving)
    return Saving.error();
  Result.Compile.Saving = std::move(*Saving);
  // For the assembly the program is compiled a second time.
  if (!Result.Compile.Saving.AssemblyFile.empty())
    if (auto Printing = Line->select(options::printsIR); !Printing.empty())
      return usage(Printing.front() +
                   " would print the passes of two compilations with "
                   "--emit-asm; drop one");
  Result.Compile.CompilesAnew = !Result.Compile.Saving.AssemblyFile.empty() ||
                                !Line->select(options::reportsPasses).empty();
  if (auto Done = chooseSpeed(Result); !Done)
    return Done.error();
  Result.Compile.UseObjectCache = options::EnableCacheManager;
  Result.Compile.ObjectCacheDir = options::ObjectCacheDir;
  Result.Trace = options::Trace;
  Result.Stats = AreStatisticsEnabled();
  if (Result.Stats)
    Result.Compile.OptimizerArguments.push_back("--stats");
  return Result;
}

} // namespace remoterun
