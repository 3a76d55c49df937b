//===- OwnFileShims.cpp - libc functions that name the own file -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/OwnFileShims.h"
#include "executor/symbols/OwnFile.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

// What _FORTIFY_SOURCE makes of them.
extern "C" {
ssize_t __readlink_chk(const char *Path, char *Buffer, size_t Size,
                       size_t BufferSize);
ssize_t __readlinkat_chk(int Directory, const char *Path, char *Buffer,
                         size_t Size, size_t BufferSize);
char *__realpath_chk(const char *Path, char *Resolved, size_t ResolvedSize);
}

namespace remoterun::executor {

namespace {

/// Where the system has told the guest of the executor's file: tells it of its
/// own. \p Length is what was told in \p Buffer.
ssize_t corrected(int Directory, const char *Path, char *Buffer, size_t Size,
                  ssize_t Length) {
  std::string_view Own = ownFile();
  if (Length <= 0 || Own.empty())
    return Length;
  int Error = errno;
  bool IsOurs = isLinkToOwnFile(Directory, Path);
  errno = Error;
  if (!IsOurs)
    return Length;
  // What is behind the name is still as the guest left it, most often zero.
  size_t Told = std::min(Own.size(), Size);
  std::memset(Buffer, 0, static_cast<size_t>(Length));
  std::memcpy(Buffer, Own.data(), Told);
  return static_cast<ssize_t>(Told);
}

ssize_t readlinkForGuest(const char *Path, char *Buffer, size_t Size) {
  return corrected(AT_FDCWD, Path, Buffer, Size,
                   ::readlink(Path, Buffer, Size));
}

ssize_t readlinkatForGuest(int Directory, const char *Path, char *Buffer,
                           size_t Size) {
  return corrected(Directory, Path, Buffer, Size,
                   ::readlinkat(Directory, Path, Buffer, Size));
}

ssize_t checkedReadlinkForGuest(const char *Path, char *Buffer, size_t Size,
                                size_t BufferSize) {
  return corrected(AT_FDCWD, Path, Buffer, Size,
                   ::__readlink_chk(Path, Buffer, Size, BufferSize));
}

ssize_t checkedReadlinkatForGuest(int Directory, const char *Path, char *Buffer,
                                  size_t Size, size_t BufferSize) {
  return corrected(
      Directory, Path, Buffer, Size,
      ::__readlinkat_chk(Directory, Path, Buffer, Size, BufferSize));
}

/// \p Path, or the guest's own file if it leads to the executor's.
const char *resolvable(const char *Path) {
  std::string_view Own = ownFile();
  bool IsOurs = Path && !Own.empty() && isLinkToOwnFile(AT_FDCWD, Path);
  return IsOurs ? Own.data() : Path;
}

char *realpathForGuest(const char *Path, char *Resolved) {
  return ::realpath(resolvable(Path), Resolved);
}

char *checkedRealpathForGuest(const char *Path, char *Resolved,
                              size_t ResolvedSize) {
  return ::__realpath_chk(resolvable(Path), Resolved, ResolvedSize);
}

char *canonicalizeForGuest(const char *Path) {
  return ::canonicalize_file_name(resolvable(Path));
}

const Shim Shims[] = {
    REMOTERUN_SHIM("readlink", &readlinkForGuest, &::readlink),
    REMOTERUN_SHIM("readlinkat", &readlinkatForGuest, &::readlinkat),
    REMOTERUN_SHIM("__readlink_chk", &checkedReadlinkForGuest,
                   &::__readlink_chk),
    REMOTERUN_SHIM("__readlinkat_chk", &checkedReadlinkatForGuest,
                   &::__readlinkat_chk),
    REMOTERUN_SHIM("realpath", &realpathForGuest, &::realpath),
    REMOTERUN_SHIM("__realpath_chk", &checkedRealpathForGuest,
                   &::__realpath_chk),
    REMOTERUN_SHIM("canonicalize_file_name", &canonicalizeForGuest,
                   &::canonicalize_file_name),
};

} // namespace

std::span<const Shim> ownFileShims() { return Shims; }

bool concernsOwnFile(long SystemCall) {
  return SystemCall == SYS_execve || SystemCall == SYS_execveat ||
#ifdef SYS_readlink
         SystemCall == SYS_readlink ||
#endif
         SystemCall == SYS_readlinkat;
}

long callForOwnFile(long SystemCall, long A, long B, long C, long D, long E) {
  auto Path = [](long Argument) {
    return reinterpret_cast<const char *>(Argument);
  };
  auto Buffer = [](long Argument) {
    return reinterpret_cast<char *>(Argument);
  };
  auto Vector = [](long Argument) {
    return reinterpret_cast<char *const *>(Argument);
  };
  if (SystemCall == SYS_execve && leadsToOwnFile(AT_FDCWD, Path(A), 0))
    return startAgain(Vector(B), Vector(C));
  if (SystemCall == SYS_execveat &&
      leadsToOwnFile(static_cast<int>(A), Path(B), static_cast<int>(E)))
    return startAgain(Vector(C), Vector(D));
  long Result = ::syscall(SystemCall, A, B, C, D, E);
#ifdef SYS_readlink
  if (SystemCall == SYS_readlink)
    return corrected(AT_FDCWD, Path(A), Buffer(B), static_cast<size_t>(C),
                     Result);
#endif
  if (SystemCall == SYS_readlinkat)
    return corrected(static_cast<int>(A), Path(B), Buffer(C),
                     static_cast<size_t>(D), Result);
  return Result;
}

} // namespace remoterun::executor
