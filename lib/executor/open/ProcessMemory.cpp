//===- ProcessMemory.cpp - Memory that may not be there -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/open/ProcessMemory.h"
#include "executor/memory/Slab.h"
#include "transport/Descriptor.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// The kernel looks at memory for us when it fills or empties a pipe, and says
/// EFAULT where nobody may. (process_vm_readv(2) does the same in one step, and
/// is refused in many containers.)
bool copyThroughPipe(const uint8_t *From, uint8_t *To, size_t Size) {
  int Ends[2];
  if (::pipe2(Ends, O_CLOEXEC) != 0)
    return false;
  transport::Descriptor Out(Ends[0]), In(Ends[1]);
  // What any pipe takes without waiting (pipe(7)).
  constexpr size_t MostAtOnce = 4096;
  while (Size != 0) {
    ssize_t Written = ::write(In.get(), From, std::min(Size, MostAtOnce));
    if (Written < 0 && errno == EINTR)
      continue;
    if (Written <= 0)
      return false;
    for (ssize_t Left = Written; Left != 0;) {
      ssize_t Read = ::read(Out.get(), To, static_cast<size_t>(Left));
      if (Read < 0 && errno == EINTR)
        continue;
      if (Read <= 0)
        return false;
      To += Read;
      Left -= Read;
    }
    From += Written;
    Size -= static_cast<size_t>(Written);
  }
  return true;
}

} // namespace

bool readMemory(ExecutorAddr Start, std::span<uint8_t> Into) {
  return copyThroughPipe(memoryAt(Start), Into.data(), Into.size());
}

bool writeMemory(ExecutorAddr Start, std::span<const uint8_t> Bytes) {
  return copyThroughPipe(Bytes.data(), memoryAt(Start), Bytes.size());
}

} // namespace remoterun::executor
