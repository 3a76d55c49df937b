//===- GuestSupervision.cpp - From Running to what is said of the end -----===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuestSupervision.h"
#include "Conclusion.h"
#include "driver/run/CrashReporter.h"

namespace remoterun {

using controller::ExecutorProcess;
using controller::GuestEnd;
using controller::Session;

namespace {

/// Of the libraries that were asked for, as the executor may have opened them.
std::vector<std::string> libraryPaths(const Options &Given) {
  std::vector<std::string> Paths;
  for (const driver::LinkSettings::Library &Library : Given.Link.Libraries) {
    if (Library.NamedBy == wire::Load::Kind::Path)
      Paths.push_back(Library.Text);
    else
      for (const std::string &Directory : Given.Link.Directories)
        Paths.push_back(Directory + "/lib" + Library.Text + ".so");
  }
  return Paths;
}

/// Where the guest has left a report of just the signal that its exit status
/// would be a shell's word for.
void restoreSignal(controller::WaitStatus &Status,
                   const ExecutorProcess &Executor, const Session &Link) {
  ByteBuffer Copy;
  int Signal = Status.exited() ? Status.exitStatus() - 128 : 0;
  if (Signal <= 0)
    return;
  auto Report = Executor.crashMemory().read(Signal, Copy);
  if (Report && Report->Cause.Process == Link.facts().ProcessId)
    Status = controller::WaitStatus::fromRaw(Signal);
}

} // namespace

GuestSupervision::GuestSupervision(const Options &Given,
                                   const ExecutorProcess &Executor) {
  auto Limit = conclusion::timeLimit(Given.Limited);
  if (Executor.isForwarded())
    Forwarded.emplace(Limit, Given.Launch.PatienceMs);
  else
    Direct.emplace(Executor.pid(), Limit);
}

Expected<GuestEnd> GuestSupervision::waitFor(ExecutorProcess &Executor,
                                             const Session &Link,
                                             controller::Settling &Settled) {
  auto End = Direct ? Direct->waitFor(Executor, Settled)
                    : Forwarded->waitFor(Executor, Settled, Link.farMemory());
  if (End && Executor.hasLauncher())
    restoreSignal(End->Status, Executor, Link);
  return End;
}

void GuestSupervision::end() {
  Direct.reset();
  Forwarded.reset();
}

std::optional<controller::CrashDescription>
crashOf(const Options &Given, driver::ProgramLinker &Linker,
        const GuestEnd &End, const ExecutorProcess &Executor,
        const Session &Link) {
  if (End.Status.exited() || End.SignalReachedUs || !Given.Symbolize)
    return std::nullopt;
  Linker.record().setLate(Linker.lateFunctions());
  jit::CrashedProgram Program = {Linker.record(), Executor.path(),
                                 libraryPaths(Given), Given.Target.Root};
  return driver::describeCrash(Executor.crashMemory(),
                               static_cast<pid_t>(Link.facts().ProcessId),
                               End.Status.signal(), Program, *Given.Symbolize);
}

} // namespace remoterun
