//===- SharedFile.cpp - Memory that the controller writes as well ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/memory/SharedFile.h"
#include "executor/base/CString.h"
#include "executor/base/FileSizeLimitOff.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

uint64_t pageMask() {
  return static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) - 1;
}

} // namespace

Expected<SharedFile> SharedFile::create(const wire::Share &Request) {
  if (Request.Size > static_cast<uint64_t>(std::numeric_limits<off_t>::max()))
    return failure("no file of that size can be mapped");
  FileSizeLimitOff Unlimited;
  transport::Descriptor File(::memfd_create(CString(Request.Name).get(),
                                            MFD_CLOEXEC | MFD_ALLOW_SEALING));
  int Error = File.isOpen() ? moveAboveStandardStreams(File) : errno;
  // Who else maps it could die of a file that became shorter.
  if (Error == 0 &&
      (::ftruncate(File.get(), static_cast<off_t>(Request.Size)) != 0 ||
       ::fcntl(File.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0))
    Error = errno;
  if (Error != 0)
    return failure("there is no file in memory to share: %s",
                   std::strerror(Error));
  return SharedFile(std::move(File), Request.Size);
}

Expected<void> SharedFile::setWindows(const List<wire::Reserve::Window> &Wanted,
                                      const Slab &Program) {
  Windows.clear();
  for (const auto &[Range, Offset] : Wanted) {
    const wire::Reserve::Segment *Segment = Program.segmentOf(Range);
    if (!Segment ||
        ((Range.Start.value() | Range.Size | Offset) & pageMask()) != 0)
      return failure("protocol error: a window that is no range of pages in a "
                     "segment");
    if (Offset > Size || Range.Size > Size - Offset)
      return failure("protocol error: a window that leaves the shared file");
    Windows.push({Range, Offset, Segment->Final});
  }
  return {};
}

ExecutorRange SharedFile::code() const {
  for (const Window &Each : Windows)
    if (Each.Final == wire::Protection::ReadExecute)
      return Each.Range;
  return {};
}

Expected<void> SharedFile::write(const wire::Place &Request) const {
  if (Request.Offset > Size || Request.Bytes.size() > Size - Request.Offset)
    return failure("protocol error: a Place that leaves the shared file");
  if (!writeSharedFile(File.get(), Request.Offset, Request.Bytes))
    return failure("cannot write to the shared file: %s", std::strerror(errno));
  return {};
}

Expected<bool> SharedFile::read(uint64_t Offset,
                                std::span<uint8_t> Into) const {
  if (Offset > Size || Into.size() > Size - Offset)
    return failure("protocol error: a Keep that leaves the shared file");
  return readFileAt(File.get(), Offset, Into);
}

bool readFileAt(int File, uint64_t Offset, std::span<uint8_t> Into) {
  while (!Into.empty()) {
    ssize_t Count =
        ::pread(File, Into.data(), Into.size(), static_cast<off_t>(Offset));
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count <= 0)
      return false;
    Offset += static_cast<uint64_t>(Count);
    Into = Into.subspan(static_cast<size_t>(Count));
  }
  return true;
}

bool writeSharedFile(int File, uint64_t Offset,
                     std::span<const uint8_t> Bytes) {
  FileSizeLimitOff Unlimited;
  while (!Bytes.empty()) {
    ssize_t Count =
        ::pwrite(File, Bytes.data(), Bytes.size(), static_cast<off_t>(Offset));
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count <= 0)
      return false;
    Offset += static_cast<uint64_t>(Count);
    Bytes = Bytes.subspan(static_cast<size_t>(Count));
  }
  return true;
}

Expected<void> SharedFile::map() {
  for (const auto &[Range, Offset, Final] : Windows) {
    // What the guest cannot write, it cannot write by way of the kernel or a
    // debugger either: such a page becomes its own.
    int Sharing =
        Final == wire::Protection::ReadWrite ? MAP_SHARED : MAP_PRIVATE;
    if (::mmap(memoryAt(Range.Start), Range.Size, systemProtection(Final),
               Sharing | MAP_FIXED, File.get(),
               static_cast<off_t>(Offset)) == MAP_FAILED)
      return failure("cannot map the shared file: %s", std::strerror(errno));
  }
  File.close();
  return {};
}

} // namespace remoterun::executor
