//===- StartAgain.cpp - A program that executes itself --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StartAgain.h"
#include "CommandLine.h"
#include "OptionTable.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace llvm;

namespace remoterun {

namespace {

/// The path of \p File from the root, without links; empty for what is no
/// regular file: a pipe can be read once.
std::string pathOfRegularFile(const std::string &File) {
  SmallString<256> Path;
  sys::fs::file_status Status;
  if (File == "-" || sys::fs::real_path(File, Path) ||
      sys::fs::status(Path, Status) || !sys::fs::is_regular_file(Status))
    return {};
  return std::string(Path);
}

/// What this run has found by means of the environment, which the program may
/// change.
std::vector<std::string> effectsOfEnvironment(const Options &Given,
                                              const std::string &PerfFolder) {
  std::vector<std::string> Words;
  Words.push_back(Given.Compile.CacheDirectory.empty()
                      ? "--no-cache"
                      : "--cache=" + Given.Compile.CacheDirectory);
  Words.push_back("--crash-dir=" + Given.Compile.CrashFolder);
  if (!PerfFolder.empty())
    Words.push_back("--perf=" + PerfFolder);
  if (!Given.Target.Emulator.empty())
    if (auto Path = sys::findProgramByName(Given.Target.Emulator.front()))
      Words.push_back("--emulator=" + *Path);
  return Words;
}

} // namespace

driver::StartAgain startAgain(const Options &Given,
                              const std::string &PerfFolder) {
  driver::StartAgain Result;
  SmallString<256> Directory;
  static int Anchor;
  std::string Ours = sys::fs::getMainExecutable(nullptr, &Anchor);
  std::string File = pathOfRegularFile(Given.Compile.InputFile);
  if (!Given.Launch.Launcher.empty() || File.empty() ||
      !sys::path::is_absolute(Ours) || sys::fs::current_path(Directory))
    return Result;
  // Whoever opens these finds something else under another number.
  bool IsOfProcess = StringRef(Given.Compile.InputFile).starts_with("/dev/") ||
                     StringRef(Given.Compile.InputFile).starts_with("/proc/");
  std::vector<std::string> Options = effectsOfEnvironment(Given, PerfFolder);
  // Who started the program speaks of its end, and who waits for a program that
  // started itself hears nothing.
  Options.push_back("--symbolize=off");
  Result.Command =
      commandLineToStartAgain(std::string(Directory), std::move(Options),
                              IsOfProcess ? File : Given.Compile.InputFile);
  Result.Command.insert(Result.Command.begin(), Ours);
  Result.ProgramFile = std::move(File);
  return Result;
}

Expected<std::string> returnTo(const std::string &Directory) {
  SmallString<256> Now;
  bool HasName = !sys::fs::current_path(Now) && Now.starts_with("/") &&
                 sys::fs::can_execute(Now);
  if (HasName && Now == Directory)
    return std::string();
  std::string Name(Now);
  if (!HasName) {
    // It was removed, or cannot be reached any more. The descriptor stays open
    // until the program has been started, and then does no harm.
    int Opened = ::open(".", O_PATH | O_CLOEXEC);
    Name =
        "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(Opened);
  }
  if (::chdir(Directory.c_str()) != 0)
    return Failure{Blame::Launch, "cannot start the program again from '" +
                                      Directory + "': " + std::strerror(errno)};
  return Name;
}

} // namespace remoterun
