//===- Run.cpp - The straight line, argv to exit status -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"
#include "Compile.h"
#include "Conclusion.h"
#include "CrashReporter.h"
#include "Debugging.h"
#include "Stats.h"
#include "TargetAgreement.h"
#include "controller/ExecutorProcess.h"
#include "controller/ForwardedGuest.h"
#include "controller/Session.h"
#include "controller/Watchdog.h"
#include "jit/CrashGuard.h"

using namespace llvm;

namespace remoterun {

using controller::ExecutorProcess;
using controller::GuestEnd;
using controller::Session;

namespace {

Expected<ExecutorProcess> launch(const Options &Chosen) {
  controller::LaunchRequest Request;
  Request.ExecutorPath = Chosen.Target.Stub;
  // An emulator runs where the launcher leads.
  Request.Launcher = Chosen.Launch.Launcher;
  Request.Launcher.insert(Request.Launcher.end(),
                          Chosen.Target.Emulator.begin(),
                          Chosen.Target.Emulator.end());
  Request.IsEmulated = !Chosen.Target.Emulator.empty();
  Request.Forwarded = Chosen.Launch.Forwarded;
  Request.UploadsExecutor = Chosen.Launch.UploadsStub;
  Request.Environment = Chosen.Launch.Environment;
  Request.Directory = Chosen.Launch.Directory;
  Request.Arguments = Chosen.GuestArguments;
  Request.PatienceMs = Chosen.PatienceMs;
  Request.WantsCrashReport = Chosen.Symbolize.has_value();
  Request.OwnGroup =
      Chosen.Limited.Timeout.has_value() || Chosen.Launch.Forwarded;
  if (const wire::Run::Limit *Stack =
          Chosen.Limited.find(wire::Run::Resource::Stack))
    Request.StackLimit = Stack->Soft;
  return ExecutorProcess::launch(Request);
}

/// Of a guest that is our child, or behind messages.
class GuestSupervision {
public:
  GuestSupervision(const Options &Chosen, const ExecutorProcess &Executor) {
    auto Limit = conclusion::timeLimit(Chosen.Limited);
    if (Executor.isForwarded())
      Forwarded.emplace(Limit, Chosen.PatienceMs);
    else
      Direct.emplace(Executor.pid(), Limit);
  }
  Expected<GuestEnd> waitFor(ExecutorProcess &Executor) {
    return Direct ? Direct->waitFor(Executor) : Forwarded->waitFor(Executor);
  }
  void end() {
    Direct.reset();
    Forwarded.reset();
  }

private:
  std::optional<controller::Supervision> Direct;
  std::optional<controller::ForwardedGuest> Forwarded;
};

/// Hello, if that has not been, and the libraries that the user named.
Expected<void> greet(const Options &Chosen, Session &Link) {
  if (!Chosen.UsesExecutorCpu)
    if (auto Greeted = Link.handshake(); !Greeted)
      return Greeted;
  if (Chosen.Libraries.empty())
    return {};
  wire::Load Request;
  for (const std::string &Directory : Chosen.LibraryDirectories)
    Request.Directories.push(Directory);
  for (const Options::Library &Library : Chosen.Libraries)
    Request.Libraries.push({Library.How, Library.Text});
  return Link.load(Request);
}

/// One lookup for the whole program; the executor works on it while RuntimeDyld
/// loads the objects.
Expected<jit::Program::Wanted> ask(const Options &Chosen, const Workshop &Shop,
                                   Session &Link) {
  auto Wanted = Shop.Program.wanted(Chosen.AbsoluteSymbols);
  wire::Lookup Question;
  Question.ProcessSymbols = Chosen.ProcessSymbols;
  const jit::NearSymbols &Near = Shop.Program.Additions.Nearby;
  for (const auto &[Name, Symbol] : Wanted)
    Question.Symbols.push({Symbol.IsWeak, Near.contains(Name), Name});
  for (const std::string &Name : Shop.Compiled->LeftOut)
    Question.Spare.push(Name);
  if (!Question.Symbols.empty() || !Question.Spare.empty())
    if (auto Sent = Link.sendLookup(Question); !Sent)
      return Sent.error();
  return Wanted;
}

/// Pairs the executor's answer with the question; fails on what is missing.
/// Returns what was left out of the program and must not be.
Expected<std::vector<std::string>>
receiveAddresses(const Options &Chosen, Workshop &Shop,
                 const jit::Program::Wanted &Wanted, Session &Link) {
  for (const auto &[Name, Addr] : Chosen.AbsoluteSymbols)
    Shop.Addresses[Name] = Addr;
  const std::vector<std::string> &LeftOut = Shop.Compiled->LeftOut;
  std::vector<std::string> Needed;
  if (Wanted.empty() && LeftOut.empty())
    return Needed;
  auto Found = Link.receiveLookupReply();
  if (!Found)
    return Found.error();
  for (uint32_t Index : Found->Referenced)
    Needed.push_back(LeftOut[Index]);
  if (!Needed.empty())
    return Needed;
  std::vector<std::string> Missing;
  for (size_t I = 0; I != Wanted.size(); ++I) {
    const auto &[Name, Symbol] = Wanted[I];
    const wire::LookupReply::Symbol &Answer = Found->Symbols[I];
    if (!Answer.Address.isNull()) {
      Shop.Addresses[Name] = Answer.Address;
      Shop.Program.Additions.Nearby.found(Name, Answer);
    } else if (!Symbol.IsWeak) {
      Missing.push_back(Name);
    }
  }
  if (Missing.empty())
    return Needed;
  return jit::undefinedSymbols(Missing, Shop.Program.Objects,
                               Shop.Compiled->Files);
}

/// Returns the number of symbols that the executor was asked for.
Expected<size_t> link(const Options &Chosen, Workshop &Shop, Session &Link) {
  jit::Program::Wanted Wanted;
  for (;;) {
    auto Asked = ask(Chosen, Shop, Link);
    if (!Asked)
      return Asked.error();
    Wanted = std::move(*Asked);
    Shop.Engine->load(Shop.Program.Objects, [](const std::string &Name) {
      jit::setCrashContext("loading '" + Name + "'");
    });
    jit::setCrashContext("linking '" + Shop.Compiled->Files.mainFile() + "'");
    auto Needed = receiveAddresses(Chosen, Shop, Wanted, Link);
    if (!Needed)
      return Needed.error();
    if (Needed->empty())
      break;
    // Rare: the program defines what it does not use and libraries do.
    if (auto Done = compileAgainWith(*Needed, Chosen, Shop, Link.facts());
        !Done)
      return Done.error();
  }
  const controller::ExecutorFacts &Facts = Link.facts();
  if (auto Placed = Shop.Engine->place(Facts.Slab, Facts.PageSize,
                                       std::move(Shop.Program.Additions));
      !Placed)
    return Placed.error();
  if (auto Relocated = Shop.Engine->relocate(Shop.Addresses); !Relocated)
    return Relocated.error();
  describeProgram(Chosen.Debugging, Shop.Program.Objects, *Shop.Engine);
  return Wanted.size();
}

Expected<void> start(const Options &Chosen, const Workshop &Shop, pid_t Guest,
                     Session &Link) {
  wire::Interpose Replacements;
  Replacements.Definitions =
      Shop.Engine->exportedDefinitions(Chosen.EntryFunction);
  Replacements.Variables = Shop.Engine->movedVariables();
  if (!Replacements.Definitions.empty() || !Replacements.Variables.empty())
    if (auto Sent = Link.interpose(Replacements); !Sent)
      return Sent;
  wire::Run Request;
  Request.Entry = Shop.Engine->addressOf(Chosen.EntryFunction);
  Request.EntryReturnsVoid = Shop.Compiled->EntryReturnsVoid;
  Request.Ifuncs = Shop.Engine->ifuncSlots();
  Request.ThreadLocals = Shop.Engine->threadLocalImages();
  for (const auto &Variable : Shop.Engine->libraryThreadLocals())
    Request.LibraryThreadLocals.push(Variable);
  Request.Initializers = Shop.Engine->initializers();
  Request.Finalizers = Shop.Engine->finalizers();
  for (const std::string &Argument : Chosen.GuestArguments)
    Request.Arguments.push(Argument);
  for (const wire::Run::Limit &Limit : Chosen.Limited.Resources)
    Request.Limits.push(Limit);
  // What we started ourselves has them, and so has what a supervisor started.
  bool IsThroughCommand =
      !Chosen.Launch.Launcher.empty() || !Chosen.Target.Emulator.empty();
  if (IsThroughCommand && !Chosen.Launch.Forwarded) {
    for (const std::string &Variable : Chosen.Launch.Environment)
      Request.Environment.push(Variable);
    Request.Directory = Chosen.Launch.Directory;
  }
  PerfFile ForPerf;
  if (auto Written = ForPerf.write(Chosen.Debugging, Guest, *Shop.Engine, Link);
      !Written)
    return Written;
  Request.DebugObjects = Shop.Engine->debugObjects();
  Request.WaitForDebugger = Chosen.Debugging.Wait;
  Request.PerfDump = ForPerf.path();
  if (auto Started = Link.run(std::move(Request)); !Started)
    return Started;
  ForPerf.keep();
  if (Chosen.Debugging.Wait)
    std::fprintf(stderr, "remote-run: waiting for a debugger: gdb -p %d\n",
                 static_cast<int>(Guest));
  return {};
}

/// Of the libraries that were asked for, as the executor may have opened them.
std::vector<std::string> libraryPaths(const Options &Chosen) {
  std::vector<std::string> Paths;
  for (const Options::Library &Library : Chosen.Libraries) {
    if (Library.How == wire::Load::Kind::Path)
      Paths.push_back(Library.Text);
    else
      for (const std::string &Directory : Chosen.LibraryDirectories)
        Paths.push_back(Directory + "/lib" + Library.Text + ".so");
  }
  return Paths;
}

std::optional<controller::CrashDescription>
crashOf(const Options &Chosen, const Workshop &Shop, const GuestEnd &End,
        const ExecutorProcess &Executor, const Session &Link) {
  if (End.Status.exited() || End.SignalReachedUs || !Chosen.Symbolize)
    return std::nullopt;
  jit::CrashedProgram Program = {*Shop.Engine,         *Shop.Compiled,
                                 Shop.Program.Objects, Executor.path(),
                                 libraryPaths(Chosen), Chosen.Target.Root};
  return describeCrash(Executor.crashMemory(),
                       static_cast<pid_t>(Link.facts().ProcessId),
                       End.Status.signal(), Program, *Chosen.Symbolize);
}

/// Some launchers tell of a signal as a shell does, by the exit status 128+N.
/// Where the guest has left a report of just that signal, it was one.
void restoreSignal(controller::WaitStatus &Status,
                   const controller::CrashMemory &Memory) {
  ByteBuffer Copy;
  int Signal = Status.exited() ? Status.exitStatus() - 128 : 0;
  if (Signal > 0 && Memory.read(Signal, Copy))
    Status = controller::WaitStatus::fromRaw(Signal);
}

RunCounts countsOf(const Workshop &Shop, const Session &Link,
                   size_t SymbolCount) {
  RunCounts Counts;
  Counts.Session = Link.stats();
  Counts.Objects = Shop.Program.Objects.size();
  if (Shop.Cache) {
    Counts.CacheHits = Shop.Cache->hits();
    Counts.CacheMisses = Shop.Cache->misses();
  }
  Counts.Sections = Shop.Engine->sectionCount();
  Counts.SymbolsLookedUp = SymbolCount;
  return Counts;
}

} // namespace

Expected<RunEnd> run(Options &Chosen) {
  StepTimes Times;
  auto &Shop = *new Workshop(Chosen);

  auto Executor = launch(Chosen);
  if (!Executor)
    return Executor.error();
  Times.finish("launch");

  jit::installCrashGuard();
  auto &Link = *new Session(*Executor, Chosen.Trace ? stderr : nullptr);
  conclusion::note(Link);
  jit::setCrashContext("waiting for executor '" + Executor->path() + "'");
  if (Chosen.UsesExecutorCpu)
    if (auto Asked = askForProcessor(Chosen, Link); !Asked)
      return Asked.error();
  jit::setCrashContext("reading '" + Chosen.InputFile + "'");
  if (auto Read = readProgram(Chosen, Shop); !Read)
    return Read.error();
  if (auto Agreed = agreeOnTarget(Chosen, Shop, *Executor); !Agreed)
    return Agreed.error();
  Times.finish("read");

  jit::setCrashContext("waiting for executor '" + Executor->path() + "'");
  if (auto Greeted = greet(Chosen, Link); !Greeted)
    return Greeted.error();
  Times.finish("handshake");

  jit::setCrashContext("compiling '" + inputNames(Shop) + "'");
  if (auto Compiled = compile(Chosen, Shop, Link.facts()); !Compiled)
    return Compiled.error();
  Times.finish("compile");

  auto SymbolCount = link(Chosen, Shop, Link);
  reportWarnings(Shop);
  if (!SymbolCount)
    return SymbolCount.error();
  Times.finish("link");

  if (auto Shipped = Shop.Engine->ship(Link); !Shipped)
    return Shipped.error();
  Times.finish("ship");

  jit::setCrashContext("starting the program");
  GuestSupervision Supervision(Chosen, *Executor);
  if (auto Started = start(Chosen, Shop, Executor->pid(), Link); !Started)
    return Started.error();
  Times.finish("start");
  jit::removeCrashGuard();
  controller::Watchdog::stop();

  auto End = Supervision.waitFor(*Executor);
  Times.finish("run");
  if (!End)
    return End.error();
  // A signal that comes now is too late for the guest, and not for us.
  if (Executor->hasLauncher())
    restoreSignal(End->Status, Executor->crashMemory());
  RunEnd Ended = {*End, crashOf(Chosen, Shop, *End, *Executor, Link)};
  Supervision.end();
  if (Chosen.Stats)
    printStats(Times, countsOf(Shop, Link, *SymbolCount), stderr);
  return Ended;
}

} // namespace remoterun
