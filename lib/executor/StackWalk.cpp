//===- StackWalk.cpp - From the crash outwards ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/StackWalk.h"
#include "executor/CallFrameInfo.h"
#include "executor/Slab.h"

#include <dlfcn.h>
#include <link.h>

namespace remoterun::executor {

namespace {

List<ExecutorRange> GuestTables;

std::optional<FrameDescription> describe(uint64_t Pc) {
  LoadedObject Library = loadedObjectAt(Pc);
  if (Library.Path)
    return Library.UnwindHeader ? findByHeader(Library.UnwindHeader, Pc)
                                : std::nullopt;
  for (ExecutorRange Table : GuestTables) {
    auto *Start = static_cast<const uint8_t *>(memoryAt(Table.Start));
    if (auto Found =
            findInSection({Start, static_cast<size_t>(Table.Size)}, Pc))
      return Found;
  }
  return std::nullopt;
}

} // namespace

void useGuestTables(std::span<const ExecutorRange> UnwindTables) {
  GuestTables.clear();
  GuestTables.append(UnwindTables.data(), UnwindTables.size());
}

LoadedObject loadedObjectAt(uint64_t Address) {
  dl_find_object Found;
  if (::_dl_find_object(reinterpret_cast<void *>(Address), &Found) != 0)
    return {};
  return {Found.dlfo_link_map->l_name, Found.dlfo_link_map->l_addr,
          static_cast<const uint8_t *>(Found.dlfo_eh_frame)};
}

bool StackWalk::goToCaller() {
  // A return address may be behind its function's end (the call does not
  // return) and in no description, or in the next one's.
  auto Function = describe(IsExact ? pc() : pc() - 1);
  std::optional<RegisterFile> Caller;
  if (Function)
    Caller = undoCall(*Function, IsExact ? pc() : pc() - 1, Registers);
  else if (IsFirst && !loadedObjectAt(pc()).Path)
    Caller = callerOfFunctionJustEntered(Registers);
  // The stack grows downwards; a signal may have come on another one.
  bool IsSignal = Function && Function->IsSignalFrame;
  if (!Caller || Caller->pc() == 0 ||
      (!IsSignal && Caller->stackPointer() <= Registers.stackPointer()))
    return false;
  Registers = *Caller;
  IsExact = IsSignal;
  IsFirst = false;
  return true;
}

} // namespace remoterun::executor
