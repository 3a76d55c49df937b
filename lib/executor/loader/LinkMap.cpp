//===- LinkMap.cpp - What the dynamic linker has loaded -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LinkMap.h"

#include <cstring>
#include <pthread.h>
#include <sys/auxv.h>

namespace remoterun::executor {

static pthread_mutex_t Lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

LinkMapLock::LinkMapLock() { pthread_mutex_lock(&Lock); }
LinkMapLock::~LinkMapLock() { pthread_mutex_unlock(&Lock); }

static LinkMapEntry describe(const dl_phdr_info &Info) {
  SegmentBytes Bytes(Info.dlpi_addr);
  ElfW(Addr) Section = 0;
  bool HasSection = false, IsKernels = false;
  auto KernelObject = static_cast<ElfW(Addr)>(::getauxval(AT_SYSINFO_EHDR));
  for (int I = 0; I != Info.dlpi_phnum; ++I) {
    const ElfW(Phdr) &Segment = Info.dlpi_phdr[I];
    ElfW(Addr) Start = Info.dlpi_addr + Segment.p_vaddr;
    if (Segment.p_type == PT_DYNAMIC) {
      Section = Start;
      HasSection = true;
    }
    if (Segment.p_type != PT_LOAD || (Segment.p_flags & PF_R) == 0)
      continue;
    Bytes.add(Segment.p_vaddr,
              {reinterpret_cast<const uint8_t *>(Start), Segment.p_memsz});
    IsKernels |= KernelObject - Start < Segment.p_memsz;
  }
  return {Info.dlpi_name ? Info.dlpi_name : "", Info.dlpi_addr,
          HasSection ? DynamicTables(Bytes, Section) : DynamicTables(),
          IsKernels};
}

link_map *firstInLinkMap() {
  for (const ElfW(Dyn) *Entry = _DYNAMIC; Entry->d_tag != DT_NULL; ++Entry)
    if (Entry->d_tag == DT_DEBUG)
      return reinterpret_cast<r_debug *>(Entry->d_un.d_ptr)->r_map;
  return nullptr;
}

void holdLinkMap(void (*Use)(void *), void *Context) {
  LinkMapLock Held;
  struct Task {
    void (*Use)(void *);
    void *Context;
  } Its = {Use, Context};
  // The dynamic linker holds a lock of its own meanwhile, which a thread may
  // take more than once.
  auto Once = [](dl_phdr_info *, size_t, void *Task) {
    auto &Its = *static_cast<struct Task *>(Task);
    Its.Use(Its.Context);
    return 1;
  };
  dl_iterate_phdr(Once, &Its);
}

List<LinkMapEntry> linkMap() {
  LinkMapLock Held;
  List<LinkMapEntry> All;
  auto Add = [](dl_phdr_info *Info, size_t, void *Context) {
    static_cast<List<LinkMapEntry> *>(Context)->push(describe(*Info));
    return 0;
  };
  dl_iterate_phdr(Add, &All);
  return All;
}

std::optional<LinkMapEntry> findInLinkMap(const char *FileName) {
  LinkMapLock Held;
  struct Search {
    const char *FileName;
    std::optional<LinkMapEntry> Found;
  } Wanted = {FileName, std::nullopt};
  auto Match = [](dl_phdr_info *Info, size_t, void *Context) {
    auto &Wanted = *static_cast<Search *>(Context);
    const char *Path = Info->dlpi_name ? Info->dlpi_name : "";
    const char *Slash = std::strrchr(Path, '/');
    if (std::strcmp(Slash ? Slash + 1 : Path, Wanted.FileName) != 0)
      return 0;
    Wanted.Found = describe(*Info);
    return 1;
  };
  dl_iterate_phdr(Match, &Wanted);
  return Wanted.Found;
}

size_t countLinkMap() {
  size_t Count = 0;
  auto Add = [](dl_phdr_info *, size_t, void *Context) {
    ++*static_cast<size_t *>(Context);
    return 0;
  };
  dl_iterate_phdr(Add, &Count);
  return Count;
}

} // namespace remoterun::executor
