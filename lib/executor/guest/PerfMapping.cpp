//===- PerfMapping.cpp - How perf learns of its file ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/guest/PerfMapping.h"
#include "wire/List.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

Expected<void> showToPerf(std::string_view Path) {
  List<char> Text;
  Text.append(Path.data(), Path.size());
  Text.push('\0');
  int File = ::open(Text.data(), O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return failure("cannot open '%s' for perf: %s", Text.data(),
                   strerror(errno));
  // perf notes a mapping only where it is executable; its size does not matter.
  const size_t Size = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  void *Mapped =
      ::mmap(nullptr, Size, PROT_READ | PROT_EXEC, MAP_PRIVATE, File, 0);
  int Error = errno;
  ::close(File);
  if (Mapped == MAP_FAILED)
    return failure("cannot map '%s' executable, for perf to find it: %s",
                   Text.data(), strerror(Error));
  ::munmap(Mapped, Size);
  return {};
}

} // namespace remoterun::executor
