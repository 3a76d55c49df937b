//===- LeasedFile.h - A file that is written when it is opened --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_LEASEDFILE_H
#define REMOTERUN_CONTROLLER_BASE_LEASEDFILE_H

#include "transport/Descriptor.h"

#include <functional>
#include <optional>
#include <string>

namespace remoterun::controller {

/// A file in memory, empty at first. Other processes of this machine find it as
/// long as this one lives, and the kernel makes who opens it wait while we
/// write it (fcntl(2), "Leases").
class LeasedFile {
public:
  /// Empty where memfd_create(2) or /proc are not to be had. Takes the lease,
  /// if the kernel grants one; without it, nobody waits who opens the file.
  static std::optional<LeasedFile> create();

  /// The name by which others open it.
  std::string path() const;

  /// Waits, perhaps for ever, until somebody opens the file or has opened it;
  /// not at all without a lease.
  /// For a thread in which all signals are blocked. A signal that others have
  /// sent meanwhile is passed on to the main thread.
  void awaitOpening();
  /// Lets go whoever waits.
  void release();
  /// Nobody will write it any more: who opens it from now on does not wait, and
  /// finds it empty. Does nothing where somebody waits already. Any thread may
  /// call it.
  void withdraw();

  /// Where its contents are written.
  int descriptor() const { return File.get(); }

private:
  explicit LeasedFile(int Number) : File(Number) {}

  transport::Descriptor File;
};

} // namespace remoterun::controller

#endif
