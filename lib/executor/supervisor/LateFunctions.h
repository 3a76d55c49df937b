//===- LateFunctions.h - Between a guest and its compiler -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A guest asks for functions that are compiled while it runs in memory that it
// shares with who answers (wire/LateControl.h). Where the controller is
// elsewhere, the supervisor has that memory, tells what the guest has called,
// and writes what comes.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SUPERVISOR_LATEFUNCTIONS_H
#define REMOTERUN_EXECUTOR_SUPERVISOR_LATEFUNCTIONS_H

#include "executor/base/Failure.h"
#include "transport/Descriptor.h"
#include "wire/ForwardedMessages.h"
#include "wire/LateControl.h"
#include "wire/Messages.h"

#include <span>
#include <sys/types.h>
#include <utility>

namespace remoterun::executor {

/// There is at most one in a process. It is for one thread, whose end tells the
/// guest's processes that nobody answers any more.
class LateFunctions {
public:
  /// The file that \p Executor, a child of ours in which no guest runs yet, has
  /// told of in \p Made.
  static Expected<LateFunctions> open(pid_t Executor, const wire::Shared &Made);
  LateFunctions(LateFunctions &&Other) noexcept
      : Memory(std::exchange(Other.Memory, {})), File(std::move(Other.File)),
        Wake(std::move(Other.Wake)), IsTold(std::move(Other.IsTold)),
        IsWatched(std::exchange(Other.IsWatched, false)) {}
  LateFunctions &operator=(LateFunctions &&) = delete;
  ~LateFunctions();

  /// Readable when there may be something in takeWanted(), and now and then.
  int descriptor() const { return Wake.get(); }
  /// What has been called since the last time; as much as a message can have.
  wire::Wanted takeWanted();

  /// False for what is not in the file.
  bool place(const wire::Place &Message) const;
  bool publish(const wire::Publish &Message) const;

  /// When the guest has ended: whether processes are left that have the file
  /// in their memory. Nothing is watched any more; takeWanted() is to be called
  /// from time to time.
  bool hasCallers();

private:
  LateFunctions(transport::Descriptor File, std::span<uint8_t> Memory,
                uint32_t Functions);
  Expected<void> watch();
  void stopWatching();
  wire::LateControl &control() const {
    return *reinterpret_cast<wire::LateControl *>(Memory.data());
  }

  std::span<uint8_t> Memory;
  transport::Descriptor File;
  transport::Descriptor Wake; ///< eventfd(2).
  List<bool> IsTold;          ///< By function.
  bool IsWatched = false;     ///< By a thread.
};

} // namespace remoterun::executor

#endif
