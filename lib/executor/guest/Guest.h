//===- Guest.h - From the first constructor to exit -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_GUEST_GUEST_H
#define REMOTERUN_EXECUTOR_GUEST_GUEST_H

#include "executor/base/Failure.h"
#include "executor/base/ProcessArguments.h"
#include "executor/guest/DebuggerInterface.h"
#include "executor/loader/Interposition.h"
#include "executor/memory/Slab.h"
#include "wire/Messages.h"

namespace remoterun::executor {

/// A program in place, ready to start. Everything that can fail happens in
/// prepare(), everything that the guest can see in start().
class Guest {
public:
  /// Checks every address of \p Request against \p Slab and makes the guest's
  /// argument vector: the process's own, if that is what was asked for.
  static Expected<Guest> prepare(const wire::Run &Request, const Slab &Slab,
                                 const ProcessArguments &Process,
                                 Interposition Replacements);

  /// Runs initializers, entry and exit(3), in this process as it is. The guest
  /// is thereafter the only owner of it.
  [[noreturn]] void start();

private:
  using EntryFunction = int (*)(int, char **, char **);
  using VoidEntryFunction = void (*)(int, char **, char **);

  Guest() = default;

  /// Gives the process what the guest would have inherited without us.
  void restoreInherited() const;

  ExecutorAddr Entry;
  bool EntryReturnsVoid = false;
  bool IgnoreSigchld = false;
  bool WaitForDebugger = false;
  wire::Run::Timer Alarm;
  List<wire::Run::Ifunc> Ifuncs;
  List<ExecutorRange> Initializers;
  List<ExecutorRange> Finalizers;
  List<wire::Run::Limit> Limits;
  ProcessArguments Arguments;
  Interposition Replacements;
  List<DebuggerEntry> ForDebuggers; ///< Debuggers read it, nobody else.
};

} // namespace remoterun::executor

#endif
