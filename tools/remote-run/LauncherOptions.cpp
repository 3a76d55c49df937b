//===- LauncherOptions.cpp - What stands in front of the executor ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LauncherOptions.h"
#include "OptionTable.h"
#include "controller/launch/CommandWords.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

using namespace llvm;

namespace remoterun {

namespace {

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

/// Commands that connect a process elsewhere with three streams and no more, or
/// close all other descriptors first.
constexpr StringRef Forwarding[] = {
    "ssh",     "rsh",   "sshpass",    "docker",    "podman",  "nerdctl",
    "kubectl", "oc",    "srun",       "sudo",      "doas",    "su",
    "lxc",     "incus", "machinectl", "distrobox", "toolbox", "wsl.exe"};

/// Commands that only start the one after them.
constexpr StringRef Prefixes[] = {"env",    "nice",    "ionice", "nohup",
                                  "stdbuf", "timeout", "setsid", "time"};

/// Of those, what has a shell at the far end read the rest; and commands that
/// start one of them, with words of their own before it.
constexpr StringRef RemoteShells[] = {"ssh", "rsh"};
constexpr StringRef ShellStarters[] = {"sshpass", "sudo", "doas"};

StringRef baseName(StringRef Path) { return Path.substr(Path.rfind('/') + 1); }

} // namespace

bool isForwardedByDefault(const std::vector<std::string> &Launcher) {
  for (StringRef Word : Launcher) {
    StringRef Name = baseName(Word);
    if (is_contained(Forwarding, Name))
      return true;
    // Past options, settings and numbers of those: "env A=1 nice -n 5 ssh".
    bool IsArgument = Name.starts_with("-") || Name.contains('=') ||
                      (!Name.empty() && isDigit(Name.front()));
    if (!IsArgument && !is_contained(Prefixes, Name))
      return false;
  }
  return false;
}

/// Whether what follows \p Launcher is read by a shell once more.
static bool reachesShell(const std::vector<std::string> &Launcher) {
  bool IsStarter = false;
  for (StringRef Word : Launcher) {
    StringRef Name = baseName(Word);
    if (is_contained(RemoteShells, Name))
      return true;
    IsStarter |= is_contained(ShellStarters, Name);
    if (!IsStarter && is_contained(Forwarding, Name))
      return false;
  }
  return false;
}

Expected<driver::LaunchSettings> chosenLaunch() {
  driver::LaunchSettings Given;
  auto Words =
      controller::splitCommand(options::Launcher.getValue(), "--launcher");
  if (!Words)
    return Words.error();
  Given.Launcher = std::move(*Words);
  if (options::Launcher.getNumOccurrences() > 0 && Given.Launcher.empty())
    return usage("--launcher takes a command, as in --launcher='ssh host'");
  if (options::Stdio == "forward")
    Given.Forwarded = true;
  else if (options::Stdio.getNumOccurrences() == 0)
    Given.Forwarded = isForwardedByDefault(Given.Launcher);
  else if (options::Stdio != "inherit")
    return usage("--stdio takes inherit or forward");
  for (const std::string &Variable : options::Environment) {
    if (Variable.find('=') == 0 || Variable.find('=') == Variable.npos)
      return usage("--env=" + Variable + ": expected NAME=VALUE");
    Given.Environment.push_back(Variable);
  }
  if (options::Directory.getNumOccurrences() > 0 && options::Directory.empty())
    return usage("--chdir takes a directory");
  Given.Directory = options::Directory;
  Given.ReachesShell = reachesShell(Given.Launcher);
  bool IsNamed = options::Stub.getNumOccurrences() > 0;
  if (options::UploadStub && !Given.Forwarded)
    return usage("--upload-stub needs a launcher that leads elsewhere, or "
                 "--stdio=forward");
  if (options::RemoteCache.getNumOccurrences() > 0) {
    if (!Given.Forwarded)
      return usage("--remote-cache is for a launcher that leads elsewhere, or "
                   "--stdio=forward; --cache keeps what is compiled here");
    Given.RemoteCache = options::RemoteCache.getValue();
  }
  // What such a launcher leads to has seldom our files.
  Given.UploadsStub = options::UploadStub ||
                      (Given.Forwarded && !Given.Launcher.empty() && !IsNamed);
  return Given;
}

} // namespace remoterun
