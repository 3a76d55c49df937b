//===- ProgramImage.cpp - The program as a shared object ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/ProgramImage.h"
#include "executor/base/ProcessArguments.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

Expected<ProgramImage> ProgramImage::create(std::string_view Name,
                                            ExecutorRange Place) {
  char *Terminated = copyText(Name);
  transport::Descriptor File(
      ::memfd_create(Terminated, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  std::free(Terminated);
  if (!File.isOpen() ||
      ::ftruncate(File.get(), static_cast<off_t>(Place.Size)) != 0)
    return failure("cannot make a file in memory for the program: %s",
                   std::strerror(errno));
  return ProgramImage(std::move(File), Place);
}

Expected<void> ProgramImage::write(ExecutorAddr Start,
                                   std::span<const uint8_t> Bytes) {
  auto Offset = static_cast<off_t>(Start - Place.Start);
  while (!Bytes.empty()) {
    ssize_t Count = ::pwrite(File.get(), Bytes.data(), Bytes.size(), Offset);
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count <= 0)
      return failure("cannot write the program's file in memory: %s",
                     std::strerror(Count < 0 ? errno : ENOSPC));
    Bytes = Bytes.subspan(static_cast<size_t>(Count));
    Offset += Count;
  }
  return {};
}

Expected<void> ProgramImage::load(std::string_view Path) {
  // What runs from now on can neither be changed nor cut off behind our back.
  ::fcntl(File.get(), F_ADD_SEALS,
          F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  char Descriptor[48];
  std::snprintf(Descriptor, sizeof(Descriptor), "/proc/%d/fd/%d", ::getpid(),
                File.get());
  void *Handle = ::dlopen(Descriptor, RTLD_NOW | RTLD_GLOBAL);
  if (!Handle)
    return failure("cannot load the program: %s", ::dlerror());
  link_map *Map = nullptr;
  if (::dlinfo(Handle, RTLD_DI_LINKMAP, &Map) != 0)
    return failure("cannot find the program: %s", ::dlerror());
  if (Map->l_addr != 0)
    return failure("the dynamic linker has put the program elsewhere");
  // The descriptor is about to be anybody's.
  if (!Path.empty())
    Map->l_name = copyText(Path);
  File.close();
  return {};
}

} // namespace remoterun::executor
