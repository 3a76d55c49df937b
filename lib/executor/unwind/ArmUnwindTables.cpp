//===- ArmUnwindTables.cpp - Exceptions through guest code ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No unwinder has a function by which to register such a table: libgcc asks
// libc for the table of each address, by name. The executor defines that name,
// answers for the guest, and passes on all other questions.
//
//===----------------------------------------------------------------------===//

#include "executor/unwind/ArmUnwindTables.h"
#include "executor/base/Libc.h"
#include "executor/memory/Slab.h"
#include "executor/unwind/CallFrame.h"
#include "executor/unwind/UnwindTables.h"

#include <dlfcn.h>

namespace remoterun::executor {

namespace {

List<ExecutorRange> GuestTables;

using FindIndex = uintptr_t (*)(uintptr_t Pc, int *Count);
FindIndex FindInLibraries = nullptr;

uintptr_t firstFunction(std::span<const ExidxEntry> Table) {
  return reinterpret_cast<uintptr_t>(prel31(&Table.front().Function));
}

} // namespace

void registerUnwindTables(std::span<const ExecutorRange> Tables) {
  FindInLibraries = reinterpret_cast<FindIndex>(
      libc.dlsym(RTLD_NEXT, "__gnu_Unwind_Find_exidx"));
  GuestTables.clear();
  GuestTables.append(Tables.data(), Tables.size());
}

void forgetUnwindTables(std::span<const ExecutorRange>) { GuestTables.clear(); }

// They are registered before.
void useGuestTables(std::span<const ExecutorRange>) {}

const ExidxEntry *findEntry(std::span<const ExidxEntry> Table, uintptr_t Pc) {
  size_t Low = 0, High = Table.size();
  while (Low != High) {
    size_t Middle = Low + (High - Low) / 2;
    if (reinterpret_cast<uintptr_t>(prel31(&Table[Middle].Function)) <= Pc)
      Low = Middle + 1;
    else
      High = Middle;
  }
  return Low == 0 ? nullptr : &Table[Low - 1];
}

std::span<const ExidxEntry> guestTableAt(uintptr_t Pc) {
  // Each ends with an entry for what follows, which nothing unwinds; so an
  // address is in the table that starts last before it.
  std::span<const ExidxEntry> Found;
  for (ExecutorRange Table : GuestTables) {
    std::span<const ExidxEntry> Entries(
        reinterpret_cast<const ExidxEntry *>(memoryAt(Table.Start)),
        static_cast<size_t>(Table.Size / sizeof(ExidxEntry)));
    if (!Entries.empty() && firstFunction(Entries) <= Pc &&
        (Found.empty() || firstFunction(Entries) > firstFunction(Found)))
      Found = Entries;
  }
  const ExidxEntry *Entry = findEntry(Found, Pc);
  return Entry && Entry != &Found.back() ? Found
                                         : std::span<const ExidxEntry>();
}

} // namespace remoterun::executor

// NOLINTBEGIN(bugprone-reserved-identifier): the ABI gives the name.
extern "C" [[gnu::visibility("default")]] uintptr_t
__gnu_Unwind_Find_exidx(uintptr_t Pc, int *Count) {
  using namespace remoterun::executor;
  auto Table = guestTableAt(Pc);
  if (!Table.empty()) {
    *Count = static_cast<int>(Table.size());
    return reinterpret_cast<uintptr_t>(Table.data());
  }
  if (FindInLibraries)
    return FindInLibraries(Pc, Count);
  *Count = 0;
  return 0;
}
// NOLINTEND(bugprone-reserved-identifier)
