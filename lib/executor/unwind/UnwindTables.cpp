//===- UnwindTables.cpp - Exceptions through guest code -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/unwind/UnwindTables.h"
#include "executor/loader/LoadedLibrary.h"
#include "executor/memory/Slab.h"

#include <cstdint>

namespace remoterun::executor {

void registerUnwindTables(std::span<const ExecutorRange> Tables) {
  // libgcc's takes a section, LLVM libunwind's function of the same name takes
  // a single FDE: so libgcc's is asked for in libgcc_s itself, and libunwind's
  // by the name that it alone has.
  using RegisterGcc = void (*)(void *);
  using RegisterLlvm = void (*)(uintptr_t);
  auto ForGcc = reinterpret_cast<RegisterGcc>(
      findInLoadedLibrary("libgcc_s.so.1", "__register_frame"));
  auto ForLlvm = reinterpret_cast<RegisterLlvm>(findInLoadedLibrary(
      "libunwind.so.1", "__unw_add_dynamic_eh_frame_section"));
  for (ExecutorRange Table : Tables) {
    if (ForGcc)
      ForGcc(memoryAt(Table.Start));
    if (ForLlvm)
      ForLlvm(static_cast<uintptr_t>(Table.Start.value()));
  }
}

void forgetUnwindTables(std::span<const ExecutorRange> Tables) {
  using DeregisterGcc = void *(*)(void *);
  using DeregisterLlvm = void (*)(uintptr_t);
  auto ForGcc = reinterpret_cast<DeregisterGcc>(
      findInLoadedLibrary("libgcc_s.so.1", "__deregister_frame"));
  auto ForLlvm = reinterpret_cast<DeregisterLlvm>(findInLoadedLibrary(
      "libunwind.so.1", "__unw_remove_dynamic_eh_frame_section"));
  for (ExecutorRange Table : Tables) {
    if (ForGcc)
      ForGcc(memoryAt(Table.Start));
    if (ForLlvm)
      ForLlvm(static_cast<uintptr_t>(Table.Start.value()));
  }
}

} // namespace remoterun::executor
