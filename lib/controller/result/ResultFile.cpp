//===- ResultFile.cpp - The file of --result-json -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/result/ResultFile.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
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

/// The descriptor of ours that \p Path leads to, by /dev/stderr or /dev/fd/3;
/// -1 for none. To open it anew would be another file, at its start.
int ownDescriptor(std::string Path) {
  const std::string Own = "/proc/" + std::to_string(::getpid()) + "/fd";
  for (int Steps = 0; Steps != 8; ++Steps) {
    size_t Slash = Path.rfind('/');
    std::string Folder = Slash == Path.npos ? "." : Path.substr(0, Slash + 1);
    std::string Name = Slash == Path.npos ? Path : Path.substr(Slash + 1);
    char Real[PATH_MAX], Target[PATH_MAX];
    if (!::realpath(Folder.c_str(), Real))
      return -1;
    if (Real == Own)
      return Name.find_first_not_of("0123456789") == Name.npos && !Name.empty()
                 ? std::atoi(Name.c_str())
                 : -1;
    ssize_t Length = ::readlink(Path.c_str(), Target, sizeof(Target) - 1);
    if (Length <= 0)
      return -1;
    Target[Length] = '\0';
    Path = Target[0] == '/' ? Target : Folder + Target;
  }
  return -1;
}

} // namespace

int ResultFile::openDirectly(const std::string &File) {
  int Number = ownDescriptor(File);
  if (Number >= 0)
    Direct = transport::Descriptor(::fcntl(Number, F_DUPFD_CLOEXEC, 3));
  else
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

int ResultFile::prepare(const std::string &File, bool MayWait) {
  if (isReady())
    return 0;
  int Error;
  if (!isReplaceable(File, Error)) {
    if (!MayWait)
      return 0;
    return openDirectly(File);
  }
  if (Error)
    return Error;
  Temporary = File + "." + std::to_string(::getpid()) + ".tmp";
  int Tried = create(Temporary.c_str());
  if (Tried < 0) {
    // The folder may forbid what the file allows.
    if (errno != EACCES && errno != EPERM && errno != EROFS &&
        errno != ENAMETOOLONG)
      return errno;
    Temporary.clear();
    return openDirectly(File);
  }
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
