//===- CrashMemory.cpp - Memory shared with the guest ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/CrashMemory.h"
#include "controller/base/FileSizeSignalBlock.h"

#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::controller {

CrashMemory CrashMemory::make(transport::Descriptor &File) {
  CrashMemory Made;
  FileSizeSignalBlock LimitFails;
  transport::Descriptor Created(
      ::memfd_create("remote-run-crash", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  // A guest that shrank the file could make us die of SIGBUS.
  if (!Created.isOpen() || moveAboveStandardStreams(Created) != 0 ||
      ::ftruncate(Created.get(), wire::CrashMemorySize) != 0 ||
      ::fcntl(Created.get(), F_ADD_SEALS,
              F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return Made;
  void *Mapped = ::mmap(nullptr, wire::CrashMemorySize, PROT_READ, MAP_SHARED,
                        Created.get(), 0);
  if (Mapped == MAP_FAILED)
    return Made;
  Made.Memory = Mapped;
  File = std::move(Created);
  return Made;
}

CrashMemory::~CrashMemory() {
  if (Memory)
    ::munmap(Memory, wire::CrashMemorySize);
}

void CrashMemory::fill(std::string_view Contents) {
  if (Contents.empty() || Contents.size() > wire::CrashMemorySize)
    return;
  void *Mapped = ::mmap(nullptr, wire::CrashMemorySize, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Mapped == MAP_FAILED)
    return;
  std::memcpy(Mapped, Contents.data(), Contents.size());
  if (Memory)
    ::munmap(Memory, wire::CrashMemorySize);
  Memory = Mapped;
}

std::optional<wire::CrashReport> CrashMemory::read(int Signal,
                                                   ByteBuffer &Copy) const {
  if (!Memory)
    return std::nullopt;
  // Children of the guest may still have it.
  Copy.clear();
  Copy.append(static_cast<const uint8_t *>(Memory), wire::CrashMemorySize);
  auto Report = wire::decodeCrashReport(Copy.span());
  if (!Report || Report->Cause.Signal != static_cast<uint32_t>(Signal))
    return std::nullopt;
  return std::move(*Report);
}

} // namespace remoterun::controller
