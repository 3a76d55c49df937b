//===- ShimTable.cpp - libc functions that the guest gets from us ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/ShimTable.h"
#include "executor/loader/OwnSymbols.h"
#include "executor/symbols/OwnFileShims.h"
#include "executor/symbols/ParentShims.h"
#include "executor/symbols/PrivilegeShims.h"
#include "executor/symbols/SignalShims.h"

#include <utility>

namespace remoterun::executor {

/// The first shim of which \p Holds is true; null for none.
template <typename PredicateT> static const Shim *findIf(PredicateT Holds) {
  for (std::span<const Shim> Table :
       {signalShims(), privilegeShims(), ownFileShims(), openShims(),
        execShims(), parentShims()})
    for (const Shim &Known : Table)
      if (Holds(Known))
        return &Known;
  return nullptr;
}

ExecutorAddr findShim(std::string_view Name) {
  const Shim *Found = findIf([=](const Shim &It) { return It.Name == Name; });
  return ExecutorAddr(
      reinterpret_cast<uintptr_t>(Found ? Found->Ours : nullptr));
}

void giveShimsToLibraries() {
  static bool AreGiven = false;
  if (std::exchange(AreGiven, true))
    return;
  List<OwnSymbol> Symbols;
  for (std::span<const Shim> Table :
       {ownFileShims(), openShims(), execShims(), parentShims()})
    for (const Shim &Known : Table)
      Symbols.push(
          {.Name = Known.Name,
           .Address = ExecutorAddr(reinterpret_cast<uintptr_t>(Known.Ours))});
  (void)!defineInExecutable(Symbols.span());
}

void *shimFor(void *Address) {
  const Shim *Found =
      Address ? findIf([=](const Shim &It) { return It.Libcs == Address; })
              : nullptr;
  return Found ? const_cast<void *>(Found->Ours) : Address;
}

const void *behindShim(const void *Address) {
  const Shim *Found =
      findIf([=](const Shim &It) { return It.Ours == Address; });
  return Found && Found->Libcs ? Found->Libcs : Address;
}

} // namespace remoterun::executor
