//===- Run.cpp - The straight line, argv to exit status -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"
#include "Compile.h"
#include "Conclusion.h"
#include "Debugging.h"
#include "Disposal.h"
#include "Gdb.h"
#include "GuestSupervision.h"
#include "Launch.h"
#include "StartAgain.h"
#include "Stats.h"
#include "SymbolLookup.h"
#include "TargetAgreement.h"
#include "controller/process/Watchdog.h"
#include "jit/base/CrashGuard.h"

#include "llvm/Support/Path.h"

#include <csignal>

using namespace llvm;

namespace remoterun {

using controller::ExecutorProcess;
using controller::Session;

namespace {

Expected<void> place(Workshop &Shop, ExecutorRange Slab, const Session &Link) {
  if (auto Placed = Shop.Engine->place(Slab, Link.facts().PageSize,
                                       std::move(Shop.Program.Additions));
      !Placed)
    return Placed;
  return Shop.Engine->relocate(Shop.Addresses);
}

/// The same objects for another place: nothing is compiled or looked up.
Expected<void> placeAgain(const Options &Chosen, Workshop &Shop,
                          const controller::OtherPlace &Place, Session &Link) {
  Shop.Program.Additions = Shop.Engine->takeAdditions();
  if (!Place.TakesImages) {
    Shop.Program.Additions.Image.reset();
    if (auto Bound = bindWithoutImage(Chosen, Shop, Link); !Bound)
      return Bound;
  }
  Shop.WhyNoImage = Place.TakesImages ? "" : Place.Reason;
  Shop.Record.reset();
  if (auto Made = makeEngine(Shop); !Made)
    return Made;
  if (auto Opened = Shop.Program.Joined.reopen(); !Opened)
    return Opened;
  Shop.Engine->load(Shop.Program.Joined, [](const std::string &) {});
  return place(Shop, Place.Slab, Link);
}

/// Returns the number of symbols that the executor was asked for.
Expected<size_t> link(const Options &Chosen, Workshop &Shop,
                      const ExecutorProcess &Executor, Session &Link) {
  jit::Program::Wanted Wanted;
  for (;;) {
    auto Asked = askForSymbols(Chosen, Shop, Link);
    if (!Asked)
      return Asked.error();
    Wanted = std::move(*Asked);
    Shop.Engine->load(Shop.Program.Joined, [](const std::string &Name) {
      jit::setCrashContext("loading '" + Name + "'");
    });
    jit::setCrashContext("linking '" + Shop.Compiled->Files.mainFile() + "'");
    auto Needed = receiveSymbols(Chosen, Shop, Wanted, Link);
    if (!Needed)
      return Needed.error();
    if (Needed->empty())
      break;
    // Rare: the program defines what it does not use and libraries do.
    if (auto Done = compileAgainWith(*Needed, Chosen, Shop, Link); !Done)
      return Done.error();
  }
  if (Chosen.AsImage)
    Shop.Program.addImage(Shop.Exported, Shop.Imported, Shop.Needed,
                          jit::isaOf(Triple(Shop.Compiled->Triple)),
                          Link.facts());
  if (auto Placed = place(Shop, Link.facts().Slab, Link); !Placed)
    return Placed.error();
  if (!Chosen.Saving.MapFile.empty())
    if (auto Saved = saveFile(
            "--map", Chosen.Saving.MapFile,
            Shop.Engine->map(Shop.Program.Objects, Shop.Compiled->Files));
        !Saved)
      return Saved.error();
  describeProgram(Chosen.Debugging, Shop, Executor);
  return Wanted.size() + Shop.Early.Found.size();
}

/// A file that symbolizers can open, where there is one.
jit::ImageNames imageNames(const Options &Chosen, const Workshop &Shop) {
  const std::string &Program = Chosen.GuestArguments.front();
  jit::ImageNames Names;
  constexpr size_t LongestName = 249; // memfd_create(2)
  Names.Memory = sys::path::filename(Program).substr(0, LongestName);
  if (Names.Memory.empty())
    Names.Memory = "program";
  Names.Path = Shop.ForDebuggers ? Shop.ForDebuggers->path() : Program;
  return Names;
}

/// Of an ifunc, what its resolver chooses is the entry, as for all who refer to
/// it.
ExecutorAddr entryAddress(const Options &Chosen, const Workshop &Shop) {
  auto Redirected = Shop.Addresses.find(Chosen.EntryFunction);
  return Redirected != Shop.Addresses.end()
             ? Redirected->second
             : Shop.Engine->addressOf(Chosen.EntryFunction);
}

Expected<std::optional<controller::OtherPlace>>
start(const Options &Chosen, Workshop &Shop, const ExecutorProcess &Executor,
      Session &Link) {
  pid_t Guest = Executor.pid();
  auto Exported = [&](StringRef Name) {
    return Chosen.AsImage ? Shop.Exported.contains(Name)
                          : Name != Chosen.EntryFunction;
  };
  wire::Interpose Replacements;
  Replacements.Definitions = Shop.Engine->exportedDefinitions(Exported);
  Replacements.Variables = Shop.Engine->movedVariables();
  Replacements.Copies = Shop.Engine->copiedVariables();
  Replacements.Functions = Shop.Engine->movedFunctions();
  Replacements.ThreadLocals = Shop.Engine->exportedThreadLocals(Exported);
  if (!Replacements.Definitions.empty() || !Replacements.Variables.empty() ||
      !Replacements.Copies.empty() || !Replacements.Functions.empty() ||
      !Replacements.ThreadLocals.empty())
    if (auto Sent = Link.interpose(Replacements); !Sent)
      return Sent.error();
  wire::Run Request;
  Request.Entry = entryAddress(Chosen, Shop);
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
  // Not before: relative names of libraries, and of the executor, are for where
  // we are.
  Request.Directory = Chosen.Launch.Directory;
  // What we started ourselves has them, and so has what a supervisor started.
  bool IsThroughCommand =
      !Chosen.Launch.Launcher.empty() || !Chosen.Target.Emulator.empty();
  if (!Executor.withheldVariable().empty())
    Request.Environment.push(Executor.withheldVariable());
  if (IsThroughCommand && !Chosen.Launch.Forwarded)
    for (const std::string &Variable : Chosen.Launch.Environment)
      Request.Environment.push(Variable);
  PerfFile ForPerf;
  if (auto Written = ForPerf.write(Chosen.Debugging, Guest, Shop, Link);
      !Written)
    return Written.error();
  // Debuggers find an image, and its file, by the dynamic linker's list.
  if (!Shop.Engine->isImage() || !Shop.ForDebuggers)
    Request.DebugObjects = Shop.Engine->debugObjects();
  Request.WaitForDebugger = Chosen.Debugging.Wait;
  Request.PerfDump = ForPerf.path();
  StartAgain Again =
      startAgain(Chosen, sys::path::parent_path(ForPerf.path()).str());
  Request.ProgramFile = Again.ProgramFile;
  for (const std::string &Word : Again.Command)
    Request.StartAgain.push(Word);
  auto Started = Link.run(std::move(Request));
  if (!Started || *Started)
    return Started;
  ForPerf.keep();
  if (Chosen.Debugging.Wait && Chosen.Debugging.Gdb.empty())
    std::fprintf(stderr, "remote-run: waiting for a debugger: gdb -p %d\n",
                 static_cast<int>(Guest));
  return Started;
}

/// Ships the program and starts it, where the executor can have it.
Expected<void> shipAndStart(const Options &Chosen, Workshop &Shop,
                            const ExecutorProcess &Executor, Session &Link,
                            StepTimes &Times) {
  for (;;) {
    if (auto Shipped = Shop.Engine->ship(imageNames(Chosen, Shop), Link);
        !Shipped)
      return Shipped;
    Times.finish("ship");
    // When the slab is given back, so that it is no room for the program.
    if (auto Limited = limitEmulator(Chosen, Executor.pid(), Link); !Limited)
      return Limited;
    jit::setCrashContext("starting the program");
    auto Started = start(Chosen, Shop, Executor, Link);
    if (!Started)
      return Started.error();
    if (!*Started)
      return {};
    if (auto Placed = placeAgain(Chosen, Shop, **Started, Link); !Placed)
      return Placed;
    describeProgram(Chosen.Debugging, Shop, Executor);
  }
}

RunCounts countsOf(const Workshop &Shop, size_t SymbolCount) {
  RunCounts Counts;
  Counts.Objects = Shop.Program.Objects.size();
  if (Shop.Cache) {
    Counts.CacheHits = Shop.Cache->hits();
    Counts.CacheMisses = Shop.Cache->misses();
  }
  Counts.NotKept = Shop.NotKept;
  Counts.NoImage = Shop.WhyNoImage;
  Counts.Sections = Shop.Engine->sectionCount();
  Counts.SymbolsLookedUp = SymbolCount;
  Counts.LacksLlvmCounters = Shop.LacksStatistics;
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
  if (auto Compiled = compile(Chosen, Shop, Link); !Compiled)
    return Compiled.error();
  Times.finish("compile");

  auto SymbolCount = link(Chosen, Shop, *Executor, Link);
  reportWarnings(Shop);
  if (!SymbolCount)
    return SymbolCount.error();
  Times.finish("link");

  GuestSupervision Supervision(Chosen, *Executor);
  if (auto Started = shipAndStart(Chosen, Shop, *Executor, Link, Times);
      !Started)
    return Started.error();
  Times.finish("start");
  jit::removeCrashGuard();
  controller::Watchdog::stop();
  if (!Chosen.Debugging.Gdb.empty()) {
    Supervision.end();
    if (Executor->foundSigchldIgnored())
      ::signal(SIGCHLD, SIG_IGN);
    return becomeGdb(Chosen.Debugging.Gdb, Executor->pid());
  }

  RunCounts Counts = countsOf(Shop, *SymbolCount);
  auto &Rest = *new Disposal(Shop);
  controller::Settling Settled([&Rest] { Rest.begin(); });
  auto End = Supervision.waitFor(*Executor, Link, Settled);
  Times.finish("run");
  // What is known of a crash is there when it is done.
  if (End && !End->Status.exited())
    Rest.await();
  if (!End)
    return End.error();
  // A signal that comes now is too late for the guest, and not for us.
  RunEnd Ended = {*End, crashOf(Chosen, Shop, *End, *Executor, Link)};
  Supervision.end();
  if (Chosen.Stats) {
    Counts.Session = Link.stats();
    printStats(Times, Counts, stderr);
  }
  return Ended;
}

} // namespace remoterun
