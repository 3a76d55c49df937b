//===- Run.cpp - The straight line, argv to exit status -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"
#include "Conclusion.h"
#include "Gdb.h"
#include "GuestSupervision.h"
#include "LlvmCrash.h"
#include "Progress.h"
#include "StartAgain.h"
#include "Stats.h"
#include "TargetAgreement.h"
#include "controller/base/HeapGrowth.h"
#include "controller/process/Watchdog.h"
#include "driver/run/Disposal.h"
#include "driver/run/Launch.h"
#include "driver/run/Processor.h"
#include "driver/run/ProgramStart.h"
#include "jit/base/CrashGuard.h"
#include "jit/ir/PassReports.h"

#include <algorithm>
#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

using namespace llvm;

namespace remoterun {

using controller::Session;

namespace {

/// What a person or a crash handler wants to know of the driver at work.
class ToolObserver : public driver::Observer {
public:
  explicit ToolObserver(StepTimes &Times) : Times(Times) {}

  void warn(const std::string &Message) override { remoterun::warn(Message); }
  void print(const std::string &Text) override {
    std::fputs(Text.c_str(), stderr);
  }
  void begins(const std::string &Step) override { jit::setCrashContext(Step); }
  void loads(bool MayTakeLong) override { Loading.emplace(MayTakeLong); }
  void readsAll(size_t Bytes) override {
    if (Bytes >= LargeInput)
      ForIR.emplace(std::min(Bytes * MemoryOfByte, MostMemory));
  }
  void hasLoaded() override {
    ForIR.reset();
    Loading.reset();
  }
  void generates(const jit::SourceFiles *Files) override {
    jit::setCrashSources(Files);
  }
  void hasGenerated() override {
    jit::printPassTimes();
    LacksStatistics = !jit::printLlvmStatistics();
  }
  void compiles(size_t Functions) override { Compiling.start(Functions); }
  void hasCompiled() override { Compiling.finish(); }
  std::function<void()> functionReporter() override {
    return Compiling.reporter();
  }
  void beginsThread() override { jit::guardThisThread(); }
  void hasShipped() override { Times.finish("ship"); }
  void hasInputs(const driver::ProgramSettings *Settings,
                 ArrayRef<jit::InputFile> Inputs) override {
    prepareReproducer(Settings, Inputs);
  }

  /// LLVM has counted nothing, though it was asked to.
  bool lacksStatistics() const { return LacksStatistics; }

private:
  static constexpr size_t LargeInput = 256 * 1024;
  /// What IR takes for each byte of bitcode.
  static constexpr size_t MemoryOfByte = 20;
  static constexpr size_t MostMemory = 512 * 1024 * 1024;

  StepTimes &Times;
  std::optional<StepProgress> Loading;
  std::optional<controller::HeapGrowth> ForIR;
  CompileProgress Compiling;
  bool LacksStatistics = false;
};

RunCounts countsOf(const driver::Compilation &Work,
                   const driver::ProgramLinker &Linker) {
  RunCounts Counts;
  Counts.Objects = Linker.counts().Objects;
  if (Work.Cache) {
    Counts.CacheHits = Work.Cache->hits();
    Counts.CacheMisses = Work.Cache->misses();
  }
  Counts.NotKept = Work.NotKept;
  Counts.Instructions = Work.Instructions;
  Counts.NoImage = Linker.whyNoImage();
  Counts.WasLinkedBefore = Linker.wasLinkedBefore();
  Counts.Sections = Linker.counts().Sections;
  Counts.SymbolsLookedUp = Linker.lookedUp();
  return Counts;
}

controller::LateCounts countsOf(const driver::LateLink &Late,
                                const driver::LateWorkers &Workers) {
  driver::LateQueue::Counts Counts = Workers.counts();
  return {.Functions = Counts.Functions,
          .Kept = Counts.Kept,
          .Requested = Counts.Requested,
          .Compiled = Counts.Compiled,
          .Optimized = Counts.Final,
          .Waited = Late.waited()};
}

} // namespace

Expected<RunEnd> run(Options &Given) {
  StepTimes Times;
  // What follows stays until this process ends: threads have it.
  auto &Watching = *new ToolObserver(Times);
  auto &Work = *new driver::Compilation(Given, Watching);

  auto Executor = driver::launch(Given);
  if (!Executor)
    return Executor.error();
  Times.finish("launch");

  jit::installCrashGuard();
  auto &Link = *new Session(*Executor, Given.Trace ? stderr : nullptr);
  conclusion::note(Link);
  if (Given.Launch.RemoteCache)
    Link.keepBlocks();
  jit::setCrashContext("waiting for executor '" + Executor->path() + "'");
  if (Given.UsesExecutorCpu)
    if (auto Asked = driver::askForProcessor(Given, Link); !Asked)
      return Asked.error();
  jit::setCrashContext("reading '" + Given.Compile.InputFile + "'");
  if (auto Read = driver::readProgram(Work); !Read)
    return Read.error();
  if (auto Agreed = agreeOnTarget(Given, Work, *Executor); !Agreed)
    return Agreed.error();
  Times.finish("read");

  jit::setCrashContext("waiting for executor '" + Executor->path() + "'");
  if (auto Greeted = driver::greet(Given, Link); !Greeted)
    return Greeted.error();
  Times.finish("handshake");

  jit::setCrashContext("compiling '" + Work.inputNames() + "'");
  auto &Linker = *new driver::ProgramLinker(Work, Link);
  if (auto Compiled = Linker.compile(); !Compiled)
    return Compiled.error();
  Times.finish("compile");

  auto Linked = Linker.link();
  Work.reportWarnings();
  if (!Linked)
    return Linked.error();
  auto &Start =
      *new driver::ProgramStart(Given, Watching, Linker, *Executor, Link);
  Start.StartsAgain = [&](const std::string &PerfFolder) {
    return startAgain(Given, PerfFolder);
  };
  if (auto Described = Start.describe(); !Described)
    return Described.error();
  Times.finish("link");

  GuestSupervision Supervision(Given, *Executor);
  if (auto Started = Start.shipAndStart(); !Started)
    return Started.error();
  driver::LateLink *Late = Linker.late();
  if (Given.Debugging.Wait && Given.Debugging.Gdb.empty())
    std::fprintf(stderr, "remote-run: waiting for a debugger: gdb -p %d\n",
                 static_cast<int>(Executor->pid()));
  Times.finish("start");
  // What compiles now may crash, too.
  if (Late)
    jit::setCrashContext("compiling '" + Work.inputNames() + "'");
  else
    jit::removeCrashGuard();
  controller::Watchdog::stop();
  if (!Given.Debugging.Gdb.empty()) {
    Supervision.end();
    if (Executor->foundSigchldIgnored())
      ::signal(SIGCHLD, SIG_IGN);
    if (auto Served = Linker.serveLateFromHelper(Executor->pid()); !Served)
      return Served.error();
    return becomeGdb(Given.Debugging.Gdb, Executor->pid());
  }

  RunCounts Counts = countsOf(Work, Linker);
  Counts.KeepsFar = Link.keepsBlocks();
  if (!Link.whyNotKept().empty())
    Watching.warn("--remote-cache: not all is kept: " + Link.whyNotKept());
  Counts.LacksLlvmCounters = Watching.lacksStatistics();
  if (controller::FarMemory *Far = Late ? Link.farMemory() : nullptr) {
    Late->whenItFails([Far] { Far->endGuest(); });
  } else if (Late) {
    // Not by the number, which may be another's when the guest has been reaped.
    // Where there are no such descriptors, it is the only way.
    auto File = static_cast<int>(::syscall(SYS_pidfd_open, Executor->pid(), 0));
    Late->whenItFails([File, Guest = Executor->pid()] {
      if (File < 0)
        ::kill(Guest, SIGKILL);
      else
        ::syscall(SYS_pidfd_send_signal, File, SIGKILL, nullptr, 0);
    });
  }
  auto &Rest = *new driver::Disposal(Linker, Start.debugFile());
  Linker.keep();
  controller::Settling Settled([&Rest] { Rest.begin(); });
  auto End = Supervision.waitFor(*Executor, Link, Settled);
  Times.finish("run");
  // Who describes its crash opens what the guest had open.
  if (auto &ForDebuggers = Start.debugFile())
    ForDebuggers->withdraw();
  // What is known of a crash is there when it is done.
  if (End && !End->Status.exited())
    Rest.await();
  jit::removeCrashGuard();
  if (auto Failed = Late ? Late->failure() : std::nullopt)
    return *Failed;
  if (!End)
    return End.error();
  // A signal that comes now is too late for the guest, and not for us.
  RunEnd Ended = {*End, crashOf(Given, Linker, *End, *Executor, Link), {}};
  if (Late)
    Ended.Late = countsOf(*Late, Linker.lateWorkers());
  Supervision.end();
  if (Late)
    for (const std::string &Warning : Linker.lateWorkers().warnings())
      Watching.warn(Warning);
  if (Late && !Late->leaveHelper())
    Linker.keepLate();
  if (Given.Stats) {
    Counts.NotLate = Linker.whyNotLate();
    Counts.Late = Ended.Late;
    Counts.Session = Link.stats();
    printStats(Times, Counts, stderr);
  }
  return Ended;
}

} // namespace remoterun
