//===- TemporaryFiles.cpp - Files that must not stay ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/process/TemporaryFiles.h"

#include <atomic>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// One for each thread that writes. Where they do not suffice, a file stays
/// behind if the process ends at the wrong moment.
constexpr int SlotCount = 256;
std::atomic<const char *> Paths[SlotCount];

int occupy(const char *Path) {
  for (int Slot = 0; Slot != SlotCount; ++Slot) {
    const char *None = nullptr;
    if (Paths[Slot].compare_exchange_strong(None, Path))
      return Slot;
  }
  return -1;
}

} // namespace

TemporaryFile::TemporaryFile(std::string Name)
    : Path(std::move(Name)), Slot(occupy(Path.c_str())) {}

TemporaryFile::~TemporaryFile() {
  // Taken by removeTemporaryFiles(), it may still be in use there.
  const char *Mine = Path.c_str();
  if (Slot >= 0 && !Paths[Slot].compare_exchange_strong(Mine, nullptr))
    for (;;)
      ::pause();
}

void removeTemporaryFiles() {
  for (std::atomic<const char *> &Slot : Paths)
    if (const char *Path = Slot.exchange(nullptr))
      ::unlink(Path);
}

} // namespace remoterun::controller
