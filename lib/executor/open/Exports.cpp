//===- Exports.cpp - What an application gives to modules -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/open/Exports.h"

#include <algorithm>

namespace remoterun::executor {

size_t Exports::indexOf(std::string_view Name) const {
  auto Found = std::lower_bound(
      Sorted.begin(), Sorted.end(), Name,
      [](const Entry &Each, std::string_view Its) { return Each.Name < Its; });
  return static_cast<size_t>(Found - Sorted.begin());
}

void Exports::add(std::string_view Name, ExecutorAddr Address) {
  size_t Index = indexOf(Name);
  if (Index != Sorted.size() && Sorted[Index].Name == Name) {
    Sorted[Index].Address = Address;
    return;
  }
  Sorted.push({{Names.keep(Name), Name.size()}, Address});
  std::rotate(Sorted.begin() + Index, Sorted.end() - 1, Sorted.end());
}

ExecutorAddr Exports::find(std::string_view Name) const {
  size_t Index = indexOf(Name);
  return Index != Sorted.size() && Sorted[Index].Name == Name
             ? Sorted[Index].Address
             : ExecutorAddr();
}

} // namespace remoterun::executor
