//===- SupervisedCrash.cpp - Crash memory at the far end ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/crash/SupervisedCrash.h"
#include "wire/Codec.h"
#include "wire/CrashReport.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

void SupervisedCrash::share(transport::Descriptor &File) {
  transport::Descriptor Made(
      ::memfd_create("remote-run-crash", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  // A guest that shrank the file could make us die of SIGBUS.
  if (!Made.isOpen() || ::ftruncate(Made.get(), wire::CrashMemorySize) != 0 ||
      ::fcntl(Made.get(), F_ADD_SEALS,
              F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return;
  void *Mapped = ::mmap(nullptr, wire::CrashMemorySize, PROT_READ, MAP_SHARED,
                        Made.get(), 0);
  if (Mapped == MAP_FAILED)
    return;
  Memory = static_cast<const uint8_t *>(Mapped);
  File = std::move(Made);
}

std::string_view SupervisedCrash::usedPart() const {
  if (!Memory)
    return {};
  auto Used = wire::usedPartOf({Memory, wire::CrashMemorySize});
  return {reinterpret_cast<const char *>(Used.data()), Used.size()};
}

} // namespace remoterun::executor
