//===- ModuleDebugFile.cpp - A module for debuggers -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/ModuleDebugFile.h"
#include "controller/base/FileSizeSignalBlock.h"
#include "controller/process/IsolatedTask.h"
#include "jit/debug/DebugImage.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::driver {

Expected<std::string> makeModuleDebugFile(const jit::ProgramRecord &Module,
                                          ExecutorRange Place) {
  controller::IsolatedTask Task;
  Task.Work = [&](ByteBuffer &Result) {
    auto Image = jit::makeDebugImage(Module, Place.Start + Place.Size);
    Result.append(reinterpret_cast<const uint8_t *>(Image.data()),
                  Image.size());
  };
  Task.LongestResult = size_t(1) << 30;
  Task.PatienceMs = 60'000;
  auto Made = controller::runIsolated(Task);
  if (!Made || Made->empty())
    return Failure{Blame::Input,
                   "there is no debug information that can be read"};
  return std::string(Made->span().begin(), Made->span().end());
}

std::optional<controller::LeasedFile>
openModuleDebugFile(const jit::ProgramRecord &Module, ExecutorRange Place) {
  auto Contents = makeModuleDebugFile(Module, Place);
  auto File = controller::LeasedFile::create();
  if (!Contents || !File)
    return std::nullopt;
  controller::FileSizeSignalBlock LimitFails;
  raw_fd_ostream Out(File->descriptor(), /*shouldClose=*/false);
  Out << *Contents;
  Out.flush();
  // Nobody has to wait for it: nobody knows of it yet.
  File->release();
  if (!Out.has_error())
    return File;
  Out.clear_error();
  return std::nullopt;
}

} // namespace remoterun::driver
