//===- CallerShims.cpp - libc functions that look at their caller ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/CallerShims.h"
#include "executor/base/Libc.h"
#include "executor/loader/OwnSymbols.h"
#include "executor/loader/ProgramEntry.h"
#include "executor/memory/GuestRange.h"
#include "executor/symbols/ShimTable.h"

#include <cerrno>
#include <cstdint>
#include <dlfcn.h>
#include <link.h>

namespace remoterun::executor {

namespace {

/// What dladdr says of an address in an executable that exports nothing there.
void describeGuest(Dl_info *Info) {
  Info->dli_fname = program_invocation_name;
  Info->dli_fbase = reinterpret_cast<void *>(
      static_cast<uintptr_t>(guestRange().Start.value()));
  Info->dli_sname = nullptr;
  Info->dli_saddr = nullptr;
}

/// A tail call would leave the guest as the caller.
#define REMOTERUN_NO_TAIL_CALL __asm__ volatile("" ::: "memory")

/// What RTLD_NEXT means to the program, though it is we who ask: behind the
/// executable come the libraries that were there before, the program's image,
/// where \p Found is, and then its libraries. \p Find looks into one of these.
template <typename FindT>
void *behindProgram(void *Handle, void *Found, FindT Find) {
  if (Handle != RTLD_NEXT ||
      !isGuestAddress(reinterpret_cast<uintptr_t>(Found)))
    return Found;
  link_map *Program = programEntry();
  for (link_map *Object = Program ? Program->l_next : nullptr; Object;
       Object = Object->l_next)
    if (void *Library = libc.dlopen(Object->l_name, RTLD_LAZY | RTLD_NOLOAD))
      if (void *Next = Find(Library))
        return Next;
  return nullptr;
}

void *dlsymForGuest(void *Handle, const char *Name) {
  void *Found = libc.dlsym(Handle, Name);
  REMOTERUN_NO_TAIL_CALL;
  return shimFor(behindProgram(
      Handle, Found, [=](void *Library) { return libc.dlsym(Library, Name); }));
}

void *dlvsymForGuest(void *Handle, const char *Name, const char *Version) {
  void *Found = libc.dlvsym(Handle, Name, Version);
  REMOTERUN_NO_TAIL_CALL;
  return shimFor(behindProgram(Handle, Found, [=](void *Library) {
    return libc.dlvsym(Library, Name, Version);
  }));
}

/// The function's address, where the symbol is that of its code.
void tellEntry(Dl_info &Info) {
  if (!isLateCode(reinterpret_cast<uintptr_t>(Info.dli_saddr)))
    return;
  void *Entry = libc.dlsym(RTLD_DEFAULT, Info.dli_sname);
  if (isGuestAddress(reinterpret_cast<uintptr_t>(Entry)))
    Info.dli_saddr = Entry;
}

int dladdrForGuest(const void *Address, Dl_info *Info) {
  if (int Known = libc.dladdr(behindShim(Address), Info)) {
    tellEntry(*Info);
    return Known;
  }
  if (!isGuestAddress(reinterpret_cast<uintptr_t>(Address)))
    return 0;
  // The guest is no image.
  describeGuest(Info);
  return 1;
}

int dladdr1ForGuest(const void *Address, Dl_info *Info, void **Extra,
                    int Flags) {
  if (int Known = libc.dladdr1(behindShim(Address), Info, Extra, Flags)) {
    tellEntry(*Info);
    if (Flags == RTLD_DL_LINKMAP && *Extra == programEntry())
      *Extra = shownProgramEntry();
    return Known;
  }
  if (!isGuestAddress(reinterpret_cast<uintptr_t>(Address)))
    return 0;
  describeGuest(Info);
  if (Flags == RTLD_DL_LINKMAP)
    libc.dlinfo(libc.dlopen(nullptr, RTLD_LAZY), RTLD_DI_LINKMAP, Extra);
  else if (Flags == RTLD_DL_SYMENT)
    *Extra = nullptr;
  return 1;
}

/// For unwinders that are in the program.
int findObjectForGuest(void *Address, dl_find_object *Result) {
  int Known = libc.dl_find_object(Address, Result);
  if (Known == 0 && Result->dlfo_link_map == programEntry())
    Result->dlfo_link_map = shownProgramEntry();
  return Known;
}

#undef REMOTERUN_NO_TAIL_CALL

} // namespace

ExecutorAddr findCallerShim(std::string_view Name) {
  struct Entry {
    std::string_view Name;
    const void *Address;
  };
  const Entry Table[] = {
      {"dlsym", reinterpret_cast<const void *>(&dlsymForGuest)},
      {"dlvsym", reinterpret_cast<const void *>(&dlvsymForGuest)},
      {"dladdr", reinterpret_cast<const void *>(&dladdrForGuest)},
      {"dladdr1", reinterpret_cast<const void *>(&dladdr1ForGuest)},
  };
  for (const Entry &Known : Table)
    if (Known.Name == Name)
      return ExecutorAddr(reinterpret_cast<uintptr_t>(Known.Address));
  if (libc.dl_find_object && Name == "_dl_find_object")
    return ExecutorAddr(reinterpret_cast<uintptr_t>(&findObjectForGuest));
  return {};
}

void giveAddressShimsToLibraries() {
  const OwnSymbol Symbols[] = {
      {.Name = "dladdr",
       .Address = ExecutorAddr(reinterpret_cast<uintptr_t>(&dladdrForGuest))},
      {.Name = "dladdr1",
       .Address = ExecutorAddr(reinterpret_cast<uintptr_t>(&dladdr1ForGuest))}};
  (void)!defineInExecutable(Symbols);
}

} // namespace remoterun::executor
