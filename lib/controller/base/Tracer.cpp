//===- Tracer.cpp - Whether a debugger is there ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Tracer.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace remoterun::controller {

bool isTraced(pid_t Process) {
  char Path[32], Text[4096];
  std::snprintf(Path, sizeof(Path), "/proc/%d/status",
                static_cast<int>(Process));
  int File = ::open(Path, O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return false;
  ssize_t Size = ::read(File, Text, sizeof(Text) - 1);
  ::close(File);
  Text[Size > 0 ? Size : 0] = '\0';
  constexpr char Field[] = "\nTracerPid:";
  const char *Found = std::strstr(Text, Field);
  return Found && std::strtol(Found + std::strlen(Field), nullptr, 10) != 0;
}

} // namespace remoterun::controller
