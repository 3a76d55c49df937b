//===- UnwindTables.cpp - Exceptions through guest code -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/UnwindTables.h"
#include "executor/Slab.h"

#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <link.h>

namespace remoterun::executor {

namespace {

/// Whether a library of this file name is loaded. dlopen(3) would tell, too,
/// but uses malloc, which is the guest's, where it is not.
bool isLoaded(const char *FileName) {
  auto Matches = [](dl_phdr_info *Library, size_t, void *Context) {
    const char *Slash = std::strrchr(Library->dlpi_name, '/');
    const char *Name = Slash ? Slash + 1 : Library->dlpi_name;
    return std::strcmp(Name, static_cast<const char *>(Context)) == 0 ? 1 : 0;
  };
  return ::dl_iterate_phdr(Matches, const_cast<char *>(FileName)) != 0;
}

/// Null where the library is not loaded.
void *findIn(const char *Library, const char *Name) {
  if (!isLoaded(Library))
    return nullptr;
  void *Handle = ::dlopen(Library, RTLD_LAZY | RTLD_NOLOAD);
  return Handle ? ::dlsym(Handle, Name) : nullptr;
}

} // namespace

void registerUnwindTables(std::span<const ExecutorRange> Tables) {
  // libgcc's takes a section, LLVM libunwind's function of the same name takes
  // a single FDE: so libgcc's is asked for in libgcc_s itself, and libunwind's
  // by the name that it alone has.
  using RegisterGcc = void (*)(void *);
  using RegisterLlvm = void (*)(uintptr_t);
  auto ForGcc = reinterpret_cast<RegisterGcc>(
      findIn("libgcc_s.so.1", "__register_frame"));
  auto ForLlvm = reinterpret_cast<RegisterLlvm>(
      findIn("libunwind.so.1", "__unw_add_dynamic_eh_frame_section"));
  for (ExecutorRange Table : Tables) {
    if (ForGcc)
      ForGcc(memoryAt(Table.Start));
    if (ForLlvm)
      ForLlvm(static_cast<uintptr_t>(Table.Start.value()));
  }
}

} // namespace remoterun::executor
