//===- SharedFile.h - Memory that the controller writes as well -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file in memory whose pages take the place of some of the program's, before
// any of its code runs. What the controller writes there while the guest runs,
// the guest sees, without a descriptor of ours, a thread or a signal in its
// process. Each side has a page with one protection: what is code in the guest
// is data in the controller.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MEMORY_SHAREDFILE_H
#define REMOTERUN_EXECUTOR_MEMORY_SHAREDFILE_H

#include "executor/base/Failure.h"
#include "executor/memory/Slab.h"
#include "transport/Descriptor.h"
#include "wire/Messages.h"

#include <cstdint>
#include <span>

namespace remoterun::executor {

class SharedFile {
public:
  /// Zero, and of one size for good: whoever maps it can rely on that. Fails
  /// where the system lets none be made.
  static Expected<SharedFile> create(const wire::Share &Request);

  /// Under which the controller opens it.
  int descriptor() const { return File.get(); }

  /// Notes which pages of \p Program are to be in the file, in place of what
  /// was noted before. They must be pages of one segment each.
  Expected<void> setWindows(const List<wire::Reserve::Window> &Wanted,
                            const Slab &Program);
  bool hasWindows() const { return !Windows.empty(); }
  /// Of the windows, the one with code; empty for none.
  ExecutorRange code() const;

  /// Of the file, before it is closed.
  Expected<void> write(const wire::Place &Request) const;

  /// The same, to be read: false where the system does not.
  Expected<bool> read(uint64_t Offset, std::span<uint8_t> Into) const;

  /// Once the program's own pages are in place: maps the windows over them, and
  /// closes the file.
  Expected<void> map();

private:
  SharedFile(transport::Descriptor File, uint64_t Size)
      : File(std::move(File)), Size(Size) {}

  struct Window {
    ExecutorRange Range;
    uint64_t Offset;
    wire::Protection Final;
  };
  transport::Descriptor File;
  uint64_t Size;
  List<Window> Windows;
};

/// Fills \p Into from a file, as pread(2) does. False where that is shorter, or
/// the system does not.
bool readFileAt(int File, uint64_t Offset, std::span<uint8_t> Into);

/// Writes \p Bytes, which are in the file. False where the system does not.
bool writeSharedFile(int File, uint64_t Offset, std::span<const uint8_t> Bytes);

} // namespace remoterun::executor

#endif
