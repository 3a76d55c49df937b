//===- OpenShims.cpp - Opening the program's own executable ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who opens /proc/self/exe, or what readlink(2) says that it is, wants an ELF
// file with the program's symbols and lines: backtraces of Rust and of gcc's
// libbacktrace are made from it. The file for debuggers is that, where there is
// one.
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/OwnFile.h"
#include "executor/symbols/OwnFileShims.h"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

// What _FORTIFY_SOURCE makes of them.
extern "C" {
int __open_2(const char *Path, int Flags);
int __openat_2(int Directory, const char *Path, int Flags);
}

namespace remoterun::executor {

namespace {

/// The controller writes the file when somebody opens it, who waits until it
/// is done. False where that has failed.
bool isWritten(const char *Path) {
  int File = ::open(Path, O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return false;
  off_t Size = ::lseek(File, 0, SEEK_END);
  ::close(File);
  return Size > 0;
}

/// What a program opens in place of \p Path.
const char *openable(const char *Path, int Flags) {
  bool OnlyReads =
      (Flags & O_ACCMODE) == O_RDONLY && (Flags & (O_CREAT | O_PATH)) == 0;
  if (!OnlyReads || !Path || !isNameOfOwnFile(Path))
    return Path;
  int Error = errno;
  const char *File = fileForDebuggers();
  bool IsThere = isWritten(File);
  errno = Error;
  return IsThere ? File : Path;
}

/// Whether open(2) has a third argument.
bool hasMode(int Flags) {
  return (Flags & O_CREAT) != 0 || (Flags & O_TMPFILE) == O_TMPFILE;
}

int openForGuest(const char *Path, int Flags, ...) {
  std::va_list More;
  va_start(More, Flags);
  mode_t Mode = hasMode(Flags) ? va_arg(More, mode_t) : 0;
  va_end(More);
  return ::open(openable(Path, Flags), Flags, Mode);
}

int openatForGuest(int Directory, const char *Path, int Flags, ...) {
  std::va_list More;
  va_start(More, Flags);
  mode_t Mode = hasMode(Flags) ? va_arg(More, mode_t) : 0;
  va_end(More);
  return ::openat(Directory, openable(Path, Flags), Flags, Mode);
}

int checkedOpenForGuest(const char *Path, int Flags) {
  return ::__open_2(openable(Path, Flags), Flags);
}

int checkedOpenatForGuest(int Directory, const char *Path, int Flags) {
  return ::__openat_2(Directory, openable(Path, Flags), Flags);
}

std::FILE *fopenForGuest(const char *Path, const char *Mode) {
  bool OnlyReads = *Mode == 'r' && !std::strchr(Mode, '+');
  return std::fopen(openable(Path, OnlyReads ? O_RDONLY : O_RDWR), Mode);
}

// With what libc itself calls them, too: a function has one address.
const Shim Shims[] = {
    REMOTERUN_SHIM("__open", &openForGuest, &::open),
    REMOTERUN_SHIM("__open64", &openForGuest, &::open),
    REMOTERUN_SHIM("_IO_fopen", &fopenForGuest, &::fopen),
    REMOTERUN_SHIM("open", &openForGuest, &::open),
    REMOTERUN_SHIM("open64", &openForGuest, &::open),
    REMOTERUN_SHIM("openat", &openatForGuest, &::openat),
    REMOTERUN_SHIM("openat64", &openatForGuest, &::openat),
    REMOTERUN_SHIM("__open_2", &checkedOpenForGuest, &::__open_2),
    REMOTERUN_SHIM("__open64_2", &checkedOpenForGuest, &::__open_2),
    REMOTERUN_SHIM("__openat_2", &checkedOpenatForGuest, &::__openat_2),
    REMOTERUN_SHIM("__openat64_2", &checkedOpenatForGuest, &::__openat_2),
    REMOTERUN_SHIM("fopen", &fopenForGuest, &::fopen),
    REMOTERUN_SHIM("fopen64", &fopenForGuest, &::fopen),
};

} // namespace

std::span<const Shim> openShims() { return Shims; }

} // namespace remoterun::executor
