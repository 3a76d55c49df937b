//===- DebuggerInterface.cpp - What a debugger looks for ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/guest/DebuggerInterface.h"
#include "executor/base/Digits.h"
#include "executor/memory/Slab.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace remoterun::executor {

List<DebuggerEntry>
registerDebugObjects(std::span<const ExecutorRange> Objects) {
  // One process runs one guest.
  DebuggerDescriptor &Known = debuggerDescriptor();
  Known.First = nullptr;
  Known.Relevant = nullptr;
  List<DebuggerEntry> Entries;
  Entries.resize(Objects.size());
  for (size_t I = 0; I != Objects.size(); ++I) {
    DebuggerEntry &Entry = Entries[I];
    Entry.Object = memoryAt(Objects[I].Start);
    Entry.Size = Objects[I].Size;
    Known.add(Entry);
  }
  return Entries;
}

namespace {

constexpr char StatusFile[] = "/proc/self/status";

} // namespace

/// proc(5): "TracerPid: PID of process tracing this process (0 if not being
/// traced)". Opened anew each time: a descriptor that stays would be one more
/// thing in the process that the debugger's user did not put there.
bool isTraced() {
  int Status = ::open(StatusFile, O_RDONLY | O_CLOEXEC);
  if (Status < 0)
    return false;
  char Text[4096];
  ssize_t Size = ::read(Status, Text, sizeof(Text) - 1);
  ::close(Status);
  if (Size <= 0)
    return false;
  Text[Size] = '\0';
  constexpr char Field[] = "\nTracerPid:";
  const char *Found = std::strstr(Text, Field);
  return Found && leadingNumber(Found + sizeof(Field) - 1) != 0;
}

Expected<void> canWaitForDebugger() {
  if (::access(StatusFile, R_OK) == 0)
    return {};
  return failure("cannot wait for a debugger without %s: %s", StatusFile,
                 strerror(errno));
}

void waitForDebugger() {
  // The Yama security module lets nobody but an ancestor attach; the debugger
  // is started from another shell.
  ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  constexpr timespec BetweenLooks = {0, 20 * 1000 * 1000};
  while (!isTraced())
    ::nanosleep(&BetweenLooks, nullptr);
  ::prctl(PR_SET_PTRACER, 0, 0, 0, 0);
}

} // namespace remoterun::executor
