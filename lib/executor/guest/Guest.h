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
#include "executor/guest/PerfMapping.h"
#include "executor/loader/Interposition.h"
#include "executor/loader/ProgramImage.h"
#include "executor/memory/SharedFile.h"
#include "executor/memory/Slab.h"
#include "executor/tls/ThreadLocals.h"
#include "wire/Messages.h"

#include <optional>

namespace remoterun::executor {

/// A program, ready to start. Everything that the controller can be told of
/// happens in prepare(), everything that the guest can see in start().
class Guest {
public:
  /// Checks every address of \p Request against \p Slab and makes the guest's
  /// argument vector: the process's own, if that is what was asked for. An \p
  /// Image is mapped when the guest starts, and then the \p Windows over it.
  static Expected<Guest> prepare(const wire::Run &Request, const Slab &Slab,
                                 const ProcessArguments &Process,
                                 Interposition Replacements,
                                 std::optional<ProgramImage> Image,
                                 std::optional<SharedFile> Windows);

  /// Runs initializers, entry and exit(3), in this process as it is. The guest
  /// is thereafter the only owner of it.
  [[noreturn]] void start();

private:
  using EntryFunction = int (*)(int, char **, char **);
  using VoidEntryFunction = void (*)(int, char **, char **);

  Guest() = default;

  void load();
  /// What comes between the relocation of all objects and the first
  /// constructor.
  void completeLink();

  /// Gives the process what the guest would have inherited without us.
  void restoreInherited() const;

  ExecutorAddr Entry;
  bool EntryReturnsVoid = false;
  bool IgnoreSigchld = false;
  bool WaitForDebugger = false;
  wire::Run::Timer Alarm;
  std::optional<ProgramImage> Image;
  std::optional<SharedFile> Windows;
  ExecutorAddr Start;              ///< Of the program.
  transport::Descriptor Directory; ///< To start in, if it is another.
  PerfMapping ForPerf;
  List<wire::Run::Ifunc> Ifuncs;
  List<wire::Run::ThreadLocalImage> ThreadLocals;
  struct IndexOfVariable {
    ExecutorAddr Slot;
    ThreadLocalIndex Index;
  };
  List<IndexOfVariable> LibraryThreadLocals;
  List<ExecutorRange> Initializers;
  List<ExecutorRange> Finalizers;
  List<wire::Run::Limit> Limits;
  ProcessArguments Arguments;
  Interposition Replacements;
  List<ExecutorRange> DebugObjects;
  List<DebuggerEntry> ForDebuggers; ///< Debuggers read it, nobody else.
};

} // namespace remoterun::executor

#endif
