//===- DebugFile.cpp - Debug information for who attaches later -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/run/DebugFile.h"
#include "controller/base/FileSizeSignalBlock.h"
#include "controller/process/IsolatedTask.h"
#include "jit/debug/DebugImage.h"
#include "jit/debug/DebugLink.h"

#include <cerrno>
#include <unistd.h>

namespace remoterun::driver {

std::optional<DebugFile> DebugFile::create(ExecutorAddr Place) {
  auto Made = controller::LeasedFile::create();
  if (!Made)
    return std::nullopt;
  return DebugFile(std::move(*Made), Place);
}

std::string DebugFile::pathOfOneLength() const {
  constexpr size_t Length = 40; // More than numbers of 64 bits need.
  std::string Path = path();
  if (Path.size() < Length)
    // Many slashes are as one (POSIX, "Pathname Resolution").
    Path.insert(1 + Path.find('/', 1), Length - Path.size(), '/');
  return Path;
}

namespace {

void writeImage(const jit::ProgramRecord &Program, ExecutorAddr Place,
                int File) {
  auto Image = jit::makeDebugImage(Program, Place);
  jit::appendChecksum(Image);
  controller::FileSizeSignalBlock LimitFails;
  for (size_t Done = 0; Done != Image.size();) {
    ssize_t Count = ::write(File, Image.data() + Done, Image.size() - Done);
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count <= 0)
      return;
    Done += static_cast<size_t>(Count);
  }
}

} // namespace

void DebugFile::serve(
    llvm::function_ref<const jit::ProgramRecord &()> Program) {
  File.awaitOpening();
  const jit::ProgramRecord &Record = Program();
  // In another process: it takes much memory, and what it reads may be bad.
  controller::IsolatedTask Task;
  Task.Work = [&](ByteBuffer &Result) {
    writeImage(Record, Place, File.descriptor());
    constexpr uint8_t Written = 1;
    Result.append(&Written, 1);
  };
  Task.LongestResult = 1;
  // The kernel does not let debuggers wait longer (proc(5),
  // /proc/sys/fs/lease-break-time).
  Task.PatienceMs = 45'000;
  controller::runIsolated(Task);
  File.release();
}

} // namespace remoterun::driver
