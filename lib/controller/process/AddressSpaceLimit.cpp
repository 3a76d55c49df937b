//===- AddressSpaceLimit.cpp - A limit from the outside -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/process/AddressSpaceLimit.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// Bytes, by proc(5)'s statm; 0 if that cannot be read.
uint64_t addressSpaceOf(pid_t Process) {
  char Path[32], Text[128] = "";
  std::snprintf(Path, sizeof(Path), "/proc/%d/statm",
                static_cast<int>(Process));
  int File = ::open(Path, O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return 0;
  [[maybe_unused]] ssize_t Size = ::read(File, Text, sizeof(Text) - 1);
  ::close(File);
  unsigned long Pages = 0;
  if (std::sscanf(Text, "%lu", &Pages) != 1)
    return 0;
  return Pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

int limitAddressSpace(pid_t Process, uint64_t More) {
  uint64_t Now = addressSpaceOf(Process);
  rlimit Limit;
  if (Now == 0 || ::prlimit(Process, RLIMIT_AS, nullptr, &Limit) != 0)
    return errno ? errno : ENOENT;
  rlim_t Wanted = Now + More < Now ? RLIM_INFINITY : Now + More;
  Limit.rlim_cur = Limit.rlim_max = std::min(Wanted, Limit.rlim_max);
  return ::prlimit(Process, RLIMIT_AS, &Limit, nullptr) == 0 ? 0 : errno;
}

} // namespace remoterun::controller
