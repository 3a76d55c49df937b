//===- DwarfFrame.cpp - One frame outwards, by .eh_frame ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LoadedObject.h"
#include "executor/memory/Slab.h"
#include "executor/unwind/CallFrame.h"
#include "executor/unwind/CallFrameInfo.h"

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
    return Library.UnwindTable ? findByHeader(Library.UnwindTable, Pc)
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

CallerFrame callerFrame(uint64_t Pc, const RegisterFile &Registers) {
  CallerFrame Caller;
  auto Function = describe(Pc);
  if (!Function) {
    Caller.What = CallerFrame::Kind::Undescribed;
    return Caller;
  }
  auto Found = undoCall(*Function, Pc, Registers);
  if (!Found)
    return Caller;
  Caller.Registers = *Found;
  Caller.What = Function->IsSignalFrame ? CallerFrame::Kind::Interrupted
                                        : CallerFrame::Kind::Called;
  return Caller;
}

} // namespace remoterun::executor
