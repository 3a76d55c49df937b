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

// By libc's own names, which headers exchange: where an offset of a file may
// have 32 bits, only those that end in 64 open a file as a large one
// (O_LARGEFILE of open(2)). The last are what _FORTIFY_SOURCE makes of them.
#define REMOTERUN_LIBCS(Result, Ours, Name, ...)                               \
  extern "C" Result Ours(__VA_ARGS__) __asm__(Name);
REMOTERUN_LIBCS(int, libcsOpen, "open", const char *, int, ...)
REMOTERUN_LIBCS(int, libcsOpen64, "open64", const char *, int, ...)
REMOTERUN_LIBCS(int, libcsOpenat, "openat", int, const char *, int, ...)
REMOTERUN_LIBCS(int, libcsOpenat64, "openat64", int, const char *, int, ...)
REMOTERUN_LIBCS(std::FILE *, libcsFopen, "fopen", const char *, const char *)
REMOTERUN_LIBCS(std::FILE *, libcsFopen64, "fopen64", const char *,
                const char *)
REMOTERUN_LIBCS(int, libcsOpen2, "__open_2", const char *, int)
REMOTERUN_LIBCS(int, libcsOpen64Of2, "__open64_2", const char *, int)
REMOTERUN_LIBCS(int, libcsOpenat2, "__openat_2", int, const char *, int)
REMOTERUN_LIBCS(int, libcsOpenat64Of2, "__openat64_2", int, const char *, int)
#undef REMOTERUN_LIBCS

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

template <int (*Open)(const char *, int, ...)>
int openForGuest(const char *Path, int Flags, ...) {
  std::va_list More;
  va_start(More, Flags);
  mode_t Mode = hasMode(Flags) ? va_arg(More, mode_t) : 0;
  va_end(More);
  return Open(openable(Path, Flags), Flags, Mode);
}

template <int (*Open)(int, const char *, int, ...)>
int openatForGuest(int Directory, const char *Path, int Flags, ...) {
  std::va_list More;
  va_start(More, Flags);
  mode_t Mode = hasMode(Flags) ? va_arg(More, mode_t) : 0;
  va_end(More);
  return Open(Directory, openable(Path, Flags), Flags, Mode);
}

template <int (*Open)(const char *, int)>
int checkedOpenForGuest(const char *Path, int Flags) {
  return Open(openable(Path, Flags), Flags);
}

template <int (*Open)(int, const char *, int)>
int checkedOpenatForGuest(int Directory, const char *Path, int Flags) {
  return Open(Directory, openable(Path, Flags), Flags);
}

template <std::FILE *(*Open)(const char *, const char *)>
std::FILE *fopenForGuest(const char *Path, const char *Mode) {
  bool OnlyReads = *Mode == 'r' && !std::strchr(Mode, '+');
  return Open(openable(Path, OnlyReads ? O_RDONLY : O_RDWR), Mode);
}

/// Where there is one kind of offset, both names are one function, and so must
/// ours be.
template <typename T> constexpr T *either(T *Plain, T *Large) {
  return sizeof(long) == 8 ? Plain : Large;
}
constexpr auto *Open64 = either(&libcsOpen, &libcsOpen64);
constexpr auto *Openat64 = either(&libcsOpenat, &libcsOpenat64);
constexpr auto *Fopen64 = either(&libcsFopen, &libcsFopen64);
constexpr auto *Open64Of2 = either(&libcsOpen2, &libcsOpen64Of2);
constexpr auto *Openat64Of2 = either(&libcsOpenat2, &libcsOpenat64Of2);

// With what libc itself calls them, too: a function has one address.
const Shim Shims[] = {
    REMOTERUN_SHIM("__open", &openForGuest<libcsOpen>, &libcsOpen),
    REMOTERUN_SHIM("__open64", &openForGuest<Open64>, Open64),
    REMOTERUN_SHIM("_IO_fopen", &fopenForGuest<libcsFopen>, &libcsFopen),
    REMOTERUN_SHIM("open", &openForGuest<libcsOpen>, &libcsOpen),
    REMOTERUN_SHIM("open64", &openForGuest<Open64>, Open64),
    REMOTERUN_SHIM("openat", &openatForGuest<libcsOpenat>, &libcsOpenat),
    REMOTERUN_SHIM("openat64", &openatForGuest<Openat64>, Openat64),
    REMOTERUN_SHIM("__open_2", &checkedOpenForGuest<libcsOpen2>, &libcsOpen2),
    REMOTERUN_SHIM("__open64_2", &checkedOpenForGuest<Open64Of2>, Open64Of2),
    REMOTERUN_SHIM("__openat_2", &checkedOpenatForGuest<libcsOpenat2>,
                   &libcsOpenat2),
    REMOTERUN_SHIM("__openat64_2", &checkedOpenatForGuest<Openat64Of2>,
                   Openat64Of2),
    REMOTERUN_SHIM("fopen", &fopenForGuest<libcsFopen>, &libcsFopen),
    REMOTERUN_SHIM("fopen64", &fopenForGuest<Fopen64>, Fopen64),
};

} // namespace

std::span<const Shim> openShims() { return Shims; }

} // namespace remoterun::executor
