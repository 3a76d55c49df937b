//===- Descriptor.cpp - An owned file descriptor --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transport/Descriptor.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace remoterun::transport {

void Descriptor::close() {
  // Not repeated after EINTR: on Linux the number is free by then (close(2)).
  if (Number >= 0)
    ::close(Number);
  Number = -1;
}

int moveAboveStandardStreams(Descriptor &Moved) {
  if (Moved.get() > STDERR_FILENO)
    return 0;
  int Number = ::fcntl(Moved.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (Number < 0)
    return errno;
  Moved = Descriptor(Number);
  return 0;
}

void makeNonBlocking(int Number) {
  int Flags = ::fcntl(Number, F_GETFL);
  if (Flags >= 0)
    ::fcntl(Number, F_SETFL, Flags | O_NONBLOCK);
}

int makePipe(Pipe &Out) {
  int Ends[2];
  if (::pipe2(Ends, O_CLOEXEC) != 0)
    return errno;
  Out.Reader = Descriptor(Ends[0]);
  Out.Writer = Descriptor(Ends[1]);
  if (int Error = moveAboveStandardStreams(Out.Reader))
    return Error;
  return moveAboveStandardStreams(Out.Writer);
}

AgreedDescriptors agreedDescriptors() {
  // Higher ones would make the kernel's table of a process large.
  constexpr rlim_t Highest = 1024;
  rlimit Limit = {Highest, Highest};
  ::getrlimit(RLIMIT_NOFILE, &Limit);
  int End = static_cast<int>(std::min(Limit.rlim_cur, Highest));
  return {End - 2, End - 1, End - 3};
}

} // namespace remoterun::transport
