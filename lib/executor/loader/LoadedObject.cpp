//===- LoadedObject.cpp - What lies at an address -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LoadedObject.h"
#include "executor/base/Libc.h"
#include "executor/loader/ProgramEntry.h"

#include <algorithm>
#include <elf.h>
#include <link.h>

namespace remoterun::executor {

namespace {

struct Search {
  uint64_t Address;
  LoadedObject Found;
};

/// Whether one of the segments of \p Object holds \p Address.
bool holds(const dl_phdr_info &Object, uint64_t Address) {
  for (int I = 0; I != Object.dlpi_phnum; ++I) {
    const ElfW(Phdr) &Segment = Object.dlpi_phdr[I];
    if (Segment.p_type == PT_LOAD &&
        Address - (Object.dlpi_addr + Segment.p_vaddr) < Segment.p_memsz)
      return true;
  }
  return false;
}

void describe(const dl_phdr_info &Object, LoadedObject &Found) {
  Found.Path = nameOfObject(Object);
  Found.Base = Object.dlpi_addr;
  Found.ThreadLocals = Object.dlpi_tls_modid;
  for (int I = 0; I != Object.dlpi_phnum; ++I) {
    const ElfW(Phdr) &Segment = Object.dlpi_phdr[I];
    auto *Start = reinterpret_cast<const uint8_t *>(
        static_cast<uintptr_t>(Object.dlpi_addr + Segment.p_vaddr));
    switch (Segment.p_type) {
    case PT_LOAD:
      Found.Start = Found.Start ? std::min(Found.Start, Start) : Start;
      Found.End = std::max(Found.End, Start + Segment.p_memsz);
      break;
#if defined(__arm__)
    case PT_ARM_EXIDX:
      Found.UnwindEntries = Segment.p_memsz / 8;
      Found.UnwindTable = Start;
      break;
#else
    case PT_GNU_EH_FRAME:
      Found.UnwindTable = Start;
      break;
#endif
    }
  }
}

} // namespace

LoadedObject describeLoadedObject(uint64_t Address) {
  Search Wanted = {.Address = Address, .Found = {}};
  ::dl_iterate_phdr(
      [](dl_phdr_info *Object, size_t, void *Context) {
        auto &Wanted = *static_cast<Search *>(Context);
        if (!holds(*Object, Wanted.Address))
          return 0;
        describe(*Object, Wanted.Found);
        return 1;
      },
      &Wanted);
  return Wanted.Found;
}

LoadedObject loadedObjectAt(uint64_t Address) {
  if (!libc.dl_find_object)
    return describeLoadedObject(Address);
  dl_find_object Found;
  if (libc.dl_find_object(
          reinterpret_cast<void *>(static_cast<uintptr_t>(Address)), &Found) !=
      0)
    return {};
  LoadedObject Object;
  Object.Path = Found.dlfo_link_map->l_name;
  Object.Base = Found.dlfo_link_map->l_addr;
  Object.Start = static_cast<const uint8_t *>(Found.dlfo_map_start);
  Object.End = static_cast<const uint8_t *>(Found.dlfo_map_end);
  Object.UnwindTable = static_cast<const uint8_t *>(Found.dlfo_eh_frame);
#if DLFO_STRUCT_HAS_EH_COUNT
  Object.UnwindEntries = static_cast<size_t>(Found.dlfo_eh_count);
#endif
  return Object;
}

} // namespace remoterun::executor
