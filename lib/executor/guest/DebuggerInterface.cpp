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

using remoterun::executor::DebuggerEntry;

// A debugger finds these two by their names in the symbol table of this binary,
// which is not that of the dynamic linker: guests do not see them. A binary
// that was stripped has no such table, and in it debuggers see no guest's code.
extern "C" {

struct JitDescriptor {
  uint32_t Version;
  uint32_t Action; ///< 0 for none, 1: Relevant has been added.
  DebuggerEntry *Relevant;
  DebuggerEntry *First;
};

// NOLINTBEGIN(bugprone-reserved-identifier): GDB gives the names.
extern JitDescriptor __jit_debug_descriptor;
[[gnu::used]] JitDescriptor __jit_debug_descriptor = {1, 0, nullptr, nullptr};

/// Where a debugger has a breakpoint.
[[gnu::used, gnu::noinline]] void __jit_debug_register_code();
void __jit_debug_register_code() {
  // Or the call would be thought to have no effect.
  asm volatile("" ::: "memory");
}
// NOLINTEND(bugprone-reserved-identifier)
}

namespace remoterun::executor {

List<DebuggerEntry>
registerDebugObjects(std::span<const ExecutorRange> Objects) {
  // One process runs one guest.
  __jit_debug_descriptor.First = nullptr;
  __jit_debug_descriptor.Relevant = nullptr;
  List<DebuggerEntry> Entries;
  Entries.resize(Objects.size());
  for (size_t I = 0; I != Objects.size(); ++I) {
    DebuggerEntry &Entry = Entries[I];
    DebuggerEntry *First = __jit_debug_descriptor.First;
    Entry = {First, nullptr, memoryAt(Objects[I].Start), Objects[I].Size};
    if (First)
      First->Previous = &Entry;
    __jit_debug_descriptor.First = &Entry;
    __jit_debug_descriptor.Relevant = &Entry;
    __jit_debug_descriptor.Action = 1;
    __jit_debug_register_code();
    __jit_debug_descriptor.Action = 0;
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
