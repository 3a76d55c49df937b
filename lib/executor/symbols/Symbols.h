//===- Symbols.h - Names to addresses in the executor -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a native link of the program would have found: the libraries that the
// user named, libc, then the libraries that a compiler driver links by default
// (loaded only when a name asks for it, since most C programs need none of
// them), and the few helpers that exist in static archives only.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_SYMBOLS_H
#define REMOTERUN_EXECUTOR_SYMBOLS_SYMBOLS_H

#include "executor/base/Failure.h"
#include "wire/ExecutorAddr.h"
#include "wire/Messages.h"

namespace remoterun::executor {

class Symbols {
public:
  /// Opens every library; they stay open until the process ends.
  Expected<void> load(const wire::Load &Request);

  wire::LookupReply lookup(const wire::Lookup &Request);

private:
  ExecutorAddr find(std::string_view Name, bool MayLoad);
  ExecutorAddr findInLoaded(const char *Name, const char *Version);
  bool loadDefaultFor(std::string_view Name);

  /// What Load opened, for lookups that exclude the process's own symbols.
  List<void *> Loaded;
  /// A bit for each default library that dlopen was tried on.
  unsigned TriedDefaults = 0;
  bool ProcessSymbols = true;
};

} // namespace remoterun::executor

#endif
