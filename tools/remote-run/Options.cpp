//===- Options.cpp - What the command line asks for -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The options themselves are in OptionTable.cpp; here the command line is cut
// in two, the half that is ours is parsed, and the result is checked and turned
// into a value, so that no other file knows about llvm::cl.
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "Debugging.h"
#include "Help.h"
#include "Launch.h"
#include "OptionTable.h"
#include "Run.h"
#include "StderrCapture.h"
#include "jit/CodeGenFlags.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>

using namespace llvm;

namespace remoterun {

namespace {

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

/// Whether \p Argument, an option of ours, takes the argument after it.
bool takesNext(StringRef Argument) {
  StringRef Name = Argument.drop_front(Argument.starts_with("--") ? 2 : 1);
  if (Name.contains('='))
    return false;
  auto &Known = cl::getRegisteredOptions();
  auto Found = Known.find(Name);
  return Found != Known.end() &&
         Found->second->getValueExpectedFlag() == cl::ValueRequired;
}

/// Where the guest's part of the command line starts: the index of the input
/// file, or \p Count without one. llvm::cl has to be kept from the arguments
/// after it: it would expand "@file" there.
int findInputFile(int Count, const char **Values, int &EndOfOptions) {
  int I = 1;
  for (; I < Count; ++I) {
    StringRef Argument = Values[I];
    if (Argument == "--") {
      EndOfOptions = I;
      return I + 1;
    }
    if (!Argument.starts_with("-") || Argument == "-")
      break;
    if (takesNext(Argument))
      ++I;
  }
  EndOfOptions = std::min(I, Count);
  return EndOfOptions;
}

/// Replaces "@file" among our options by the file's contents (llvm::cl's
/// response files), as often as there is one before the input file.
Expected<std::vector<const char *>> expandResponseFiles(int Count,
                                                        char **Arguments) {
  static BumpPtrAllocator Strings;
  std::vector<const char *> Values(Arguments, Arguments + Count);
  constexpr int MostExpansions = 100;
  for (int Expansions = 0; Expansions != MostExpansions; ++Expansions) {
    int EndOfOptions;
    findInputFile(static_cast<int>(Values.size()), Values.data(), EndOfOptions);
    size_t Index = static_cast<size_t>(EndOfOptions);
    if (Index >= Values.size() || Values[Index][0] != '@' ||
        !sys::fs::exists(Values[Index] + 1))
      return Values;
    SmallVector<const char *, 8> File = {Values[Index]};
    cl::ExpansionContext Context(Strings, cl::TokenizeGNUCommandLine);
    if (Error E = Context.expandResponseFiles(File))
      return usage(toString(std::move(E)));
    Values.erase(Values.begin() + EndOfOptions);
    Values.insert(Values.begin() + EndOfOptions, File.begin(), File.end());
  }
  return usage("response files include one another without end");
}

/// llvm::cl prefixes "<program>: " to each line of its own.
std::string withoutProgramName(StringRef Text, StringRef Program) {
  std::string Result;
  SmallVector<StringRef, 4> Lines;
  Text.split(Lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  std::string Prefix = (sys::path::filename(Program) + ": ").str();
  for (StringRef Line : Lines) {
    Line.consume_front(Prefix);
    Line.consume_front("for the ");
    Result += (Result.empty() ? "" : "; ") + Line.trim().str();
  }
  return Result;
}

/// Answers the first option of \p Own that only asks something, and ends, as
/// llvm::cl does for --version.
void answerQuestions(ArrayRef<const char *> Own) {
  for (size_t I = 0; I < Own.size(); ++I) {
    StringRef Name = StringRef(Own[I]).ltrim('-');
    if (Name == "help" || Name == "h")
      options::printHelp(/*All=*/false);
    else if (Name == "help-hidden")
      options::printHelp(/*All=*/true);
    else if (Name == "describe-options")
      options::describeOptions(outs());
    else {
      I += takesNext(Own[I]);
      continue;
    }
    std::exit(0);
  }
}

Expected<void> parseOwnHalf(int EndOfOptions, const char **Values) {
  std::vector<const char *> Own(Values, Values + EndOfOptions);
  std::string Errors;
  raw_string_ostream Stream(Errors);
  StderrCapture Capture;
  if (cl::ParseCommandLineOptions(static_cast<int>(Own.size()), Own.data(),
                                  /*Overview=*/"", &Stream))
    return {};
  return usage(withoutProgramName(Capture.finish() + Errors, Values[0]));
}

Expected<void> refuseWhatCannotBe() {
  for (const options::Refusal &Refused : options::refusals())
    if (Refused.WasGiven())
      return usage(std::string(Refused.Option) +
                   " is not supported: " + Refused.Reason);
  if (!options::EnableCacheManager && !options::ObjectCacheDir.empty())
    return usage("--object-cache-dir has no effect without "
                 "--enable-cache-manager; give both");
  if (is_contained(options::Dlopen, "") ||
      is_contained(options::LibraryNames, ""))
    return usage("--dlopen and -l take the name of a library");
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

std::vector<Options::Library> librariesInOrder() {
  std::vector<std::pair<unsigned, Options::Library>> Found;
  using Kind = wire::Load::Kind;
  for (unsigned I = 0; I != options::Dlopen.size(); ++I)
    Found.push_back(
        {options::Dlopen.getPosition(I), {Kind::Path, options::Dlopen[I]}});
  for (unsigned I = 0; I != options::LibraryNames.size(); ++I)
    Found.push_back({options::LibraryNames.getPosition(I),
                     {Kind::Name, options::LibraryNames[I]}});
  sort(Found, less_first());
  std::vector<Options::Library> Libraries;
  for (auto &[Position, Library] : Found)
    Libraries.push_back(std::move(Library));
  return Libraries;
}

/// Of our half of the command line, the options for which \p Wanted is true.
std::vector<std::string> selectOptions(ArrayRef<const char *> Own,
                                       bool (*Wanted)(StringRef)) {
  std::vector<std::string> Chosen;
  for (size_t I = 0; I < Own.size(); ++I) {
    bool HasValue = takesNext(Own[I]) && I + 1 != Own.size();
    if (Wanted(Own[I]))
      Chosen.insert(Chosen.end(), Own.begin() + I,
                    Own.begin() + I + 1 + HasValue);
    I += HasValue;
  }
  return Chosen;
}

/// The cache's folder; empty where none is wanted.
Expected<std::string> chooseCacheDirectory() {
  if (options::NoCache)
    return std::string();
  if (options::Cache.getNumOccurrences() == 0) {
    const char *Given = std::getenv("REMOTE_RUN_CACHE");
    return std::string(Given && !options::EnableCacheManager ? Given : "");
  }
  if (options::EnableCacheManager)
    return usage("--cache and --enable-cache-manager are two caches; choose "
                 "one");
  if (!options::Cache.empty())
    return options::Cache.getValue();
  // XDG Base Directory Specification: a relative path is to be ignored.
  SmallString<256> Path;
  const char *Xdg = std::getenv("XDG_CACHE_HOME"), *Home = std::getenv("HOME");
  if (Xdg && Xdg[0] == '/')
    Path = Xdg;
  else if (Home && Home[0] != '\0')
    sys::path::append(Path, Home, ".cache");
  else
    return usage("--cache: neither XDG_CACHE_HOME nor HOME is set; name the "
                 "folder with --cache=DIR");
  sys::path::append(Path, "remote-run");
  return std::string(Path);
}

Expected<void> chooseSpeed(Options &Result) {
  auto Directory = chooseCacheDirectory();
  if (!Directory)
    return Directory.error();
  Result.CacheDirectory = std::move(*Directory);
  auto Policy = parseCachePruningPolicy(options::CachePolicy);
  if (!Policy)
    return usage("--cache-policy=" + options::CachePolicy.getValue() + ": " +
                 toString(Policy.takeError()));
  Result.CachePolicy = *Policy;
  if (options::Jobs.getNumOccurrences() > 0 && options::Jobs == 0)
    return usage("-j takes the number of threads, 1 or more");
  if (options::PartSize == 0)
    return usage("--part-size takes a number of instructions, 1 or more");
  Result.PartSize = options::PartSize;
  Result.Jobs = options::Jobs.getNumOccurrences() > 0
                    ? options::Jobs.getValue()
                    : std::max(1u, std::thread::hardware_concurrency());
  return {};
}

/// In milliseconds.
Expected<int> choosePatience(const LaunchOptions &Launch) {
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

void warnOfEmulator(const Options &Chosen) {
  if (!Chosen.Target.Emulator.empty() && !canLimitEmulator(Chosen) &&
      Chosen.Limited.find(wire::Run::Resource::Memory))
    warn("--limit-memory does not bind this program: " +
         Chosen.Target.Emulator.front() + " does not pass it on");
}

/// argv[0] is the input's name as lli makes it.
std::string guestName(const std::string &InputFile) {
  if (!options::FakeArgv0.empty())
    return options::FakeArgv0;
  StringRef Name = InputFile;
  Name.consume_back(".bc");
  return Name.str();
}

} // namespace

std::vector<std::string> codeGenerationChoices(const Options &Chosen) {
  std::vector<std::string> Choices = Chosen.AsGiven;
  // What "native" stood for.
  Choices.push_back(Chosen.CodeGen.Cpu);
  Choices.push_back(Chosen.CodeGen.Features);
  Choices.push_back(Chosen.CodeGen.DefaultTriple);
  // It is not local to its module, whatever the IR says.
  Choices.push_back(Chosen.EntryFunction);
  return Choices;
}

std::string resultFileGiven() {
  return options::ResultJson == "-" ? std::string() : options::ResultJson;
}

Expected<Options> parseOptions(int ArgumentCount, char **Arguments) {
  options::prepare(Arguments[0]);
  auto Expanded = expandResponseFiles(ArgumentCount, Arguments);
  if (!Expanded)
    return Expanded.error();
  int Count = static_cast<int>(Expanded->size());
  const char **Values = Expanded->data();
  int EndOfOptions = Count;
  int InputIndex = findInputFile(Count, Values, EndOfOptions);
  ArrayRef<const char *> Own(Values + 1, Values + EndOfOptions);
  answerQuestions(Own);
  if (auto Parsed = parseOwnHalf(EndOfOptions, Values); !Parsed)
    return Parsed.error();
  if (auto Checked = refuseWhatCannotBe(); !Checked)
    return Checked.error();

  Options Result;
  Result.AsGiven = selectOptions(Own, options::changesCode);
  Result.OptimizerArguments = selectOptions(Own, options::isForOptimizer);
  if (InputIndex < Count)
    Result.InputFile = Values[InputIndex];
  else if (::isatty(STDIN_FILENO))
    return usage("no file is named, and standard input is a terminal; usage: "
                 "remote-run [options] <file.ll|file.bc|-> [guest "
                 "arguments...]; --help tells more");
  Result.GuestArguments.push_back(guestName(Result.InputFile));
  for (int I = InputIndex + 1; I < Count; ++I)
    Result.GuestArguments.push_back(Values[I]);
  Result.EntryFunction = options::EntryFunction;
  Result.ExtraModules = options::ExtraModules;
  Result.ExtraObjects = options::ExtraObjects;
  Result.ExtraArchives = options::ExtraArchives;
  Result.Libraries = librariesInOrder();
  Result.LibraryDirectories = options::LibraryDirectories;
  auto Absolute = parseAbsoluteSymbols();
  if (!Absolute)
    return Absolute.error();
  Result.AbsoluteSymbols = std::move(*Absolute);
  Result.ProcessSymbols = !options::NoProcessSymbols;
  auto Launch = chosenLaunch();
  if (!Launch)
    return Launch.error();
  Result.Launch = std::move(*Launch);
  auto Patience = choosePatience(Result.Launch);
  if (!Patience)
    return Patience.error();
  Result.PatienceMs = *Patience;
  auto Limited = options::chosenLimits();
  if (!Limited)
    return Limited.error();
  Result.Limited = std::move(*Limited);
  Result.SignalExitStatus = options::SignalExitStatus;
  Result.Debugging = chooseDebugging();
  if (options::Symbolize == "names")
    Result.Symbolize = jit::SymbolDetail::Names;
  else if (options::Symbolize == "off")
    Result.Symbolize.reset();
  else if (options::Symbolize != "full")
    return usage("--symbolize takes off, names or full");
  auto CodeGen = jit::codeGenOptionsOfFlags();
  if (!CodeGen)
    return CodeGen.error();
  Result.CodeGen = std::move(*CodeGen);
  auto Target = options::chosenTarget(
      Result.CodeGen.Triple, Result.GuestArguments.front(), Result.Launch);
  if (!Target)
    return Target.error();
  Result.Target = std::move(*Target);
  warnOfEmulator(Result);
  // Started by a command, the executor may be anywhere.
  Result.UsesExecutorCpu =
      jit::isNativeProcessorWanted() &&
      (!Result.Target.Emulator.empty() || !Result.Launch.Launcher.empty());
  Result.CodeGen.DefaultTriple = Result.Target.Isa->Triple.str();
  if (options::Passes.getNumOccurrences() > 0 && options::Passes.empty())
    return usage("--passes takes a pipeline, as in --passes='default<O2>'");
  if (!options::Passes.empty() && options::EnableCacheManager)
    return usage("--passes is not for --enable-cache-manager, which keeps the "
                 "objects of files as they are; use --cache");
  Result.Passes = options::Passes;
  Result.PassesPath = passesProgram();
  if (auto Done = chooseSpeed(Result); !Done)
    return Done.error();
  Result.UseObjectCache = options::EnableCacheManager;
  Result.ObjectCacheDir = options::ObjectCacheDir;
  Result.Trace = options::Trace;
  Result.Stats = AreStatisticsEnabled();
  return Result;
}

} // namespace remoterun
