//===- ResultFile.cpp - The file of --result-json -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/ResultFile.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

constexpr mode_t Mode = 0666;

int create(const char *Path) {
  // Left by a process that had our number before.
  ::unlink(Path);
  return ::open(Path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, Mode);
}

/// A name like /dev/stdout or /dev/fd/3 is a link: what stands behind it is the
/// caller's open file, and not to be replaced by another.
bool isReplaceable(const std::string &Path, int &Error) {
  struct stat Status;
  Error = 0;
  if (::lstat(Path.c_str(), &Status) == 0)
    return S_ISREG(Status.st_mode);
  Error = errno == ENOENT ? 0 : errno;
  return true;
}

} // namespace

int ResultFile::prepare(const std::string &File, bool MayWait) {
  if (isReady())
    return 0;
  int Error;
  if (!isReplaceable(File, Error)) {
    if (!MayWait)
      return 0;
    do
      Direct = transport::Descriptor(
          ::open(File.c_str(),
                 O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, Mode));
    while (!Direct.isOpen() && errno == EINTR);
    if (!Direct.isOpen())
      return errno;
    Path = File;
    return transport::moveAboveStandardStreams(Direct);
  }
  if (Error)
    return Error;
  Temporary = File + "." + std::to_string(::getpid()) + ".tmp";
  int Tried = create(Temporary.c_str());
  if (Tried < 0)
    return errno;
  ::close(Tried);
  ::unlink(Temporary.c_str());
  Path = File;
  return 0;
}

int ResultFile::open() {
  Writing = Temporary.empty() ? Direct.get() : create(Temporary.c_str());
  return Writing;
}

int ResultFile::close(int WriteError) {
  int Error = WriteError;
  if (Writing < 0 || ::close(Writing) != 0)
    Error = Error ? Error : errno;
  if (Temporary.empty())
    return Error;
  if (!Error && ::rename(Temporary.c_str(), Path.c_str()) != 0)
    Error = errno;
  if (Error && Writing >= 0)
    ::unlink(Temporary.c_str());
  return Error;
}

} // namespace remoterun::controller
