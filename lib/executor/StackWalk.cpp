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

/// What was found in the guest's tables, which are searched from their start: a
/// recursion asks for the same few again and again. One thread walks at a time.
class KnownDescriptions {
public:
  const FrameDescription *find(uint64_t Pc) const {
    for (const FrameDescription &Each : Known)
      if (Pc - Each.FunctionStart < Each.FunctionSize)
        return &Each;
    return nullptr;
  }
  void add(const FrameDescription &Found) {
    Known[Next++ % (sizeof(Known) / sizeof(Known[0]))] = Found;
  }

private:
  FrameDescription Known[16];
  unsigned Next = 0;
};
KnownDescriptions Recent;

std::optional<FrameDescription> describe(uint64_t Pc) {
  LoadedObject Library = loadedObjectAt(Pc);
  if (Library.Path)
    return Library.UnwindHeader ? findByHeader(Library.UnwindHeader, Pc)
                                : std::nullopt;
  if (const FrameDescription *Found = Recent.find(Pc))
    return *Found;
  for (ExecutorRange Table : GuestTables) {
    auto *Start = static_cast<const uint8_t *>(memoryAt(Table.Start));
    auto Found = findInSection({Start, static_cast<size_t>(Table.Size)}, Pc);
    if (!Found)
      continue;
    Recent.add(*Found);
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
