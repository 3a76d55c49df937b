//===- CpuFacts.cpp - Which processor this is -----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/machine/CpuFacts.h"
#include "executor/machine/Machine.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/auxv.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// Of a file in /proc, as much as \p Text has room for.
std::string_view readStart(const char *Path, ByteBuffer &Text) {
  int File = ::open(Path, O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return {};
  size_t Size = 0;
  while (Size != Text.size()) {
    ssize_t Got = ::read(File, Text.data() + Size, Text.size() - Size);
    if (Got < 0 && errno == EINTR)
      continue;
    if (Got <= 0)
      break;
    Size += static_cast<size_t>(Got);
  }
  ::close(File);
  return {reinterpret_cast<const char *>(Text.data()), Size};
}

/// Processors are separated by empty lines. Some architectures have a part for
/// all of them before the first, and some one behind the last, so that the
/// first part need not be a processor's.
std::string_view firstProcessor(std::string_view Text) {
  constexpr std::string_view EmptyLine = "\n\n";
  size_t Processor = Text.find("processor");
  if (Processor == Text.npos)
    return Text;
  return Text.substr(0, Text.find(EmptyLine, Processor));
}

} // namespace

wire::Cpu describeCpu(ByteBuffer &Text) {
  constexpr size_t LongestDescription = 32 * 1024;
  wire::Cpu Found;
  Found.Capabilities = ::getauxval(AT_HWCAP);
  Found.MoreCapabilities = ::getauxval(AT_HWCAP2);
  if constexpr (HasLevels)
    Found.Platform = processorLevel();
  else if (auto *Platform =
               reinterpret_cast<const char *>(::getauxval(AT_PLATFORM)))
    Found.Platform = Platform;
  Text.resize(LongestDescription);
  Found.Description = firstProcessor(readStart("/proc/cpuinfo", Text));
  return Found;
}

} // namespace remoterun::executor
