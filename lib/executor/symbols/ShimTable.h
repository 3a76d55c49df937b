//===- ShimTable.h - libc functions that the guest gets from us -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_SHIMTABLE_H
#define REMOTERUN_EXECUTOR_SYMBOLS_SHIMTABLE_H

#include "remote-run/ExecutorAddr.h"
#include "wire/List.h"

#include <string_view>

namespace remoterun::executor {

/// A function that stands before libc's own of that name. It behaves as that
/// one, as far as the guest can tell.
struct Shim {
  std::string_view Name;
  const void *Ours;
  void *Libcs; ///< Null where libc may have none.
};

#define REMOTERUN_SHIM(Name, Ours, Libcs)                                      \
  {Name, reinterpret_cast<const void *>(Ours), reinterpret_cast<void *>(Libcs)}

/// The executor's version of a libc function (SignalShims.h, PrivilegeShims.h,
/// OwnFileShims.h, ParentShims.h), null for one that has none. It goes before
/// libc's own.
ExecutorAddr findShim(std::string_view Name);

/// \p Found, or the shim for it if it is libc's: for dlsym(3).
void *shimFor(void *Found);

/// Gives those of OwnFileShims.h and ParentShims.h to all libraries that are
/// loaded from here on: it is they that execute a file for many a program.
/// Where it fails, they have libc's.
void giveShimsToLibraries();

/// \p Address, or libc's function if it is the shim for one: for dladdr(3).
const void *behindShim(const void *Address);

} // namespace remoterun::executor

#endif
