//===- ProgramStart.cpp - Shipping a program and starting it --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/run/ProgramStart.h"
#include "driver/run/Debugging.h"
#include "driver/run/Launch.h"

#include "llvm/Support/Path.h"

using namespace llvm;

namespace remoterun::driver {

ProgramStart::ProgramStart(const RunSettings &Settings, Observer &Watching,
                           ProgramLinker &Linker,
                           const controller::ExecutorProcess &Executor,
                           controller::Session &Link)
    : Settings(Settings), Watching(Watching), Linker(Linker),
      Executor(Executor), Link(Link) {}

Expected<void> ProgramStart::describe() {
  auto Described = describeProgram(Settings.Debugging, Linker, Executor);
  if (!Described)
    return Described.error();
  ForDebuggers = std::move(*Described);
  return {};
}

/// A file that symbolizers can open, where there is one.
jit::ImageNames ProgramStart::imageNames() const {
  const std::string &Program = Settings.GuestArguments.front();
  jit::ImageNames Names;
  constexpr size_t LongestName = 249; // memfd_create(2)
  Names.Memory = sys::path::filename(Program).substr(0, LongestName);
  if (Names.Memory.empty())
    Names.Memory = "program";
  Names.Path = ForDebuggers ? ForDebuggers->path() : Program;
  return Names;
}

Expected<void> ProgramStart::interpose() {
  const wire::Interpose &Replacements = Linker.linked().Replacements;
  if (Replacements.Definitions.empty() && Replacements.Variables.empty() &&
      Replacements.Copies.empty() && Replacements.Functions.empty() &&
      Replacements.ThreadLocals.empty())
    return {};
  return Link.interpose(Replacements);
}

/// What the program starts with by its settings.
void ProgramStart::addSettings(wire::Run &Request) const {
  for (const std::string &Argument : Settings.GuestArguments)
    Request.Arguments.push(Argument);
  for (const wire::Run::Limit &Limit : Settings.Limited.Resources)
    Request.Limits.push(Limit);
  // Not before: relative names of libraries, and of the executor, are for where
  // we are.
  Request.Directory = Settings.Launch.Directory;
  // What we started ourselves has them, and so has what a supervisor started.
  bool IsThroughCommand =
      !Settings.Launch.Launcher.empty() || !Settings.Target.Emulator.empty();
  if (IsThroughCommand && !Settings.Launch.Forwarded)
    for (const std::string &Variable : Settings.Launch.Environment)
      Request.Environment.push(Variable);
  Request.WaitForDebugger = Settings.Debugging.Wait;
}

Expected<std::optional<controller::OtherPlace>> ProgramStart::start() {
  if (auto Sent = interpose(); !Sent)
    return Sent.error();
  // For another place, all is made anew.
  wire::Run Request = std::move(Linker.linked().Start);
  addSettings(Request);
  PerfFile ForPerf;
  if (auto Written =
          ForPerf.write(Settings.Debugging, imageNames().Memory, Linker);
      !Written)
    return Written.error();
  // Debuggers find an image, and its file, by the dynamic linker's list.
  if (Linker.linked().IsImage && ForDebuggers)
    Request.DebugObjects.clear();
  Request.PerfFile = ForPerf.path();
  StartAgain Again;
  if (StartsAgain)
    Again = StartsAgain(ForPerf.askedFolder());
  Request.ProgramFile = Again.ProgramFile;
  for (const std::string &Word : Again.Command)
    Request.StartAgain.push(Word);
  auto Started = Link.run(std::move(Request));
  if (Started && !*Started)
    ForPerf.keep();
  return Started;
}

Expected<void> ProgramStart::shipAndStart() {
  for (;;) {
    if (auto Shipped = Linker.linked().ship(imageNames(), Link); !Shipped)
      return Shipped;
    Watching.hasShipped();
    // When the slab is given back, so that it is no room for the program.
    if (auto Limited = limitEmulator(Settings, Executor.pid(), Link); !Limited)
      return Limited;
    if (auto Prepared = Linker.prepareLate(); !Prepared)
      return Prepared;
    Watching.begins("starting the program");
    auto Started = start();
    if (!Started)
      return Started.error();
    if (!*Started) {
      // Whoever becomes the debugger has another process do that.
      if (Settings.Debugging.Gdb.empty())
        Linker.beginLate();
      return {};
    }
    if (auto Linked = Linker.linkAgain(**Started); !Linked)
      return Linked;
    if (auto Described = describe(); !Described)
      return Described;
  }
}

} // namespace remoterun::driver
