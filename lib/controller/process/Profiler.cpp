//===- Profiler.cpp - Who watches this process ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/process/Profiler.h"

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// The start of a file of /proc, as much as is of interest here; empty where
/// there is none.
std::string readOf(pid_t Process, const char *What) {
  char Path[48];
  std::snprintf(Path, sizeof(Path), "/proc/%d/%s", static_cast<int>(Process),
                What);
  int File = ::open(Path, O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return {};
  char Text[4096];
  ssize_t Size = ::read(File, Text, sizeof(Text));
  ::close(File);
  return {Text, Size > 0 ? static_cast<size_t>(Size) : 0};
}

struct Process {
  std::string Name;
  pid_t Parent = 0;
};

/// By /proc/PID/stat (proc_pid_stat(5)): "PID (NAME) STATE PARENT ...", of
/// which NAME may hold anything.
std::optional<Process> look(pid_t Number) {
  std::string Text = readOf(Number, "stat");
  size_t Open = Text.find('('), Close = Text.rfind(')');
  int Parent = 0;
  if (Open == std::string::npos || Close == std::string::npos || Close < Open ||
      std::sscanf(Text.c_str() + Close + 1, " %*c %d", &Parent) != 1)
    return std::nullopt;
  return Process{Text.substr(Open + 1, Close - Open - 1), Parent};
}

/// `perf record`, or `perf mem record`; what follows is the command, which may
/// have any words.
bool isRecording(pid_t Perf) {
  std::string Words = readOf(Perf, "cmdline");
  size_t Start = std::strlen(Words.c_str()) + 1;
  for (int Subcommands = 0; Start < Words.size() && Subcommands != 2;) {
    std::string_view Word(Words.c_str() + Start);
    if (Word == "record")
      return true;
    Subcommands += !Word.starts_with('-');
    Start += Word.size() + 1;
  }
  return false;
}

} // namespace

bool isRecordedByPerf() {
  const pid_t Leader = ::getsid(0);
  pid_t Number = ::getppid();
  // A chain of processes has no end only where one changes meanwhile.
  for (int Steps = 0; Number > 1 && Steps != 64; ++Steps) {
    std::optional<Process> Found = look(Number);
    if (!Found)
      return false;
    // Debian's is perf_6.1 where several are installed.
    if (Found->Name.starts_with("perf") && isRecording(Number))
      return true;
    if (Number == Leader)
      return false;
    Number = Found->Parent;
  }
  return false;
}

} // namespace remoterun::controller
