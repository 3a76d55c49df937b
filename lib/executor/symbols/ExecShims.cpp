//===- ExecShims.cpp - libc functions that execute a file -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/base/ParentTie.h"
#include "executor/symbols/OwnFile.h"
#include "executor/symbols/OwnFileShims.h"

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// A null-terminated vector of pointers for exec. On the stack, since the heap
/// may be locked; only very many have pages, which are lost where a child of
/// vfork(2) executes something.
class PointerVector {
public:
  explicit PointerVector(size_t Count)
      : Size((Count + 1) * sizeof(char *)), Items(Few) {
    if (Size > sizeof(Few)) {
      void *Pages = ::mmap(nullptr, Size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      Items = Pages == MAP_FAILED ? nullptr : static_cast<char **>(Pages);
    }
    if (Items)
      Items[Count] = nullptr;
  }
  ~PointerVector() {
    int Error = errno;
    if (Items && Items != Few)
      ::munmap(Items, Size);
    errno = Error;
  }
  PointerVector(const PointerVector &) = delete;
  PointerVector &operator=(const PointerVector &) = delete;

  /// Null where there is no memory.
  char **get() { return Items; }

private:
  size_t Size;
  char **Items;
  char *Few[256];
};

/// The arguments for \c startAgainFile().
class StartAgain {
public:
  explicit StartAgain(char *const *Guests)
      : Arguments(startAgainCount() + std::max<size_t>(count(Guests), 1)) {
    char **Next = Arguments.get();
    if (!Next)
      return;
    Next = std::copy_n(startAgainArguments(), startAgainCount(), Next);
    // The kernel gives a program a name, even if it is empty.
    static char NoName[] = "";
    if (size_t Count = count(Guests))
      std::copy_n(Guests, Count, Next);
    else
      *Next = NoName;
  }

  /// 0, or the error that the guest is told at once.
  int error() {
    return !startAgainFile() ? ENOENT : !Arguments.get() ? ENOMEM : 0;
  }
  char **get() { return Arguments.get(); }

private:
  static size_t count(char *const *Vector) {
    size_t Count = 0;
    while (Vector && Vector[Count])
      ++Count;
    return Count;
  }

  PointerVector Arguments;
};

/// With the guest's environment, of which libc knows where it is: the guest may
/// have moved environ.
int startAgainWithEnviron(char *const *Arguments) {
  StartAgain Command(Arguments);
  errno = Command.error();
  if (errno)
    return -1;
  tieThread();
  return ::execv(startAgainFile(), Command.get());
}

int execveForGuest(const char *Path, char *const *Arguments,
                   char *const *Environment) {
  return leadsToOwnFile(AT_FDCWD, Path, 0)
             ? startAgain(Arguments, Environment)
             : ::execve(Path, Arguments, Environment);
}

int execvForGuest(const char *Path, char *const *Arguments) {
  return leadsToOwnFile(AT_FDCWD, Path, 0) ? startAgainWithEnviron(Arguments)
                                           : ::execv(Path, Arguments);
}

int execvpForGuest(const char *Name, char *const *Arguments) {
  return leadsToOwnFileByPath(Name) ? startAgainWithEnviron(Arguments)
                                    : ::execvp(Name, Arguments);
}

int execvpeForGuest(const char *Name, char *const *Arguments,
                    char *const *Environment) {
  return leadsToOwnFileByPath(Name) ? startAgain(Arguments, Environment)
                                    : ::execvpe(Name, Arguments, Environment);
}

int fexecveForGuest(int File, char *const *Arguments,
                    char *const *Environment) {
  return leadsToOwnFile(File, "", AT_EMPTY_PATH)
             ? startAgain(Arguments, Environment)
             : ::fexecve(File, Arguments, Environment);
}

/// libc has it since 2.34, as no more than the system call.
int execveatForGuest(int Directory, const char *Path, char *const *Arguments,
                     char *const *Environment, int Flags) {
  constexpr int Known = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW;
  if ((Flags & ~Known) == 0 && leadsToOwnFile(Directory, Path, Flags))
    return startAgain(Arguments, Environment);
  return static_cast<int>(
      ::syscall(SYS_execveat, Directory, Path, Arguments, Environment, Flags));
}

/// The arguments of execl(3), which end in a null pointer.
class ListedArguments {
public:
  ListedArguments(const char *First, va_list Rest)
      : Arguments(count(First, Rest)) {
    char **Next = Arguments.get();
    va_list Copy;
    va_copy(Copy, Rest);
    for (const char *Each = First; Next && Each; Each = va_arg(Copy, char *))
      *Next++ = const_cast<char *>(Each);
    va_end(Copy);
  }
  char **get() {
    if (!Arguments.get())
      errno = ENOMEM;
    return Arguments.get();
  }

private:
  static size_t count(const char *First, va_list Rest) {
    size_t Count = 0;
    va_list Copy;
    va_copy(Copy, Rest);
    for (const char *Each = First; Each; Each = va_arg(Copy, char *))
      ++Count;
    va_end(Copy);
    return Count;
  }

  PointerVector Arguments;
};

int execlForGuest(const char *Path, const char *First, ...) {
  va_list Rest;
  va_start(Rest, First);
  ListedArguments Arguments(First, Rest);
  va_end(Rest);
  return Arguments.get() ? execvForGuest(Path, Arguments.get()) : -1;
}

int execlpForGuest(const char *Name, const char *First, ...) {
  va_list Rest;
  va_start(Rest, First);
  ListedArguments Arguments(First, Rest);
  va_end(Rest);
  return Arguments.get() ? execvpForGuest(Name, Arguments.get()) : -1;
}

/// The environment stands behind the null pointer.
int execleForGuest(const char *Path, const char *First, ...) {
  va_list Rest;
  va_start(Rest, First);
  ListedArguments Arguments(First, Rest);
  for (const char *Each = First; Each;)
    Each = va_arg(Rest, char *);
  char *const *Environment = va_arg(Rest, char **);
  va_end(Rest);
  return Arguments.get() ? execveForGuest(Path, Arguments.get(), Environment)
                         : -1;
}

using Spawn = int (*)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                      const posix_spawnattr_t *, char *const *, char *const *);

/// posix_spawn(3) or posix_spawnp(3), which tell of errors by their results.
template <Spawn Real, bool IsSearched>
int spawnForGuest(pid_t *Child, const char *Path,
                  const posix_spawn_file_actions_t *Actions,
                  const posix_spawnattr_t *Attributes, char *const *Arguments,
                  char *const *Environment) {
  int Before = errno;
  bool IsOwn = IsSearched ? leadsToOwnFileByPath(Path)
                          : leadsToOwnFile(AT_FDCWD, Path, 0);
  errno = Before;
  if (!IsOwn)
    return Real(Child, Path, Actions, Attributes, Arguments, Environment);
  StartAgain Command(Arguments);
  if (int Error = Command.error())
    return Error;
  return ::posix_spawn(Child, startAgainFile(), Actions, Attributes,
                       Command.get(), Environment);
}

const Shim Shims[] = {
    REMOTERUN_SHIM("execve", &execveForGuest, &::execve),
    REMOTERUN_SHIM("execv", &execvForGuest, &::execv),
    REMOTERUN_SHIM("execvp", &execvpForGuest, &::execvp),
    REMOTERUN_SHIM("execvpe", &execvpeForGuest, &::execvpe),
    REMOTERUN_SHIM("execl", &execlForGuest, &::execl),
    REMOTERUN_SHIM("execlp", &execlpForGuest, &::execlp),
    REMOTERUN_SHIM("execle", &execleForGuest, &::execle),
    REMOTERUN_SHIM("fexecve", &fexecveForGuest, &::fexecve),
    {"execveat", reinterpret_cast<const void *>(&execveatForGuest), nullptr},
    REMOTERUN_SHIM("posix_spawn", (&spawnForGuest<::posix_spawn, false>),
                   &::posix_spawn),
    REMOTERUN_SHIM("posix_spawnp", (&spawnForGuest<::posix_spawnp, true>),
                   &::posix_spawnp),
};

} // namespace

std::span<const Shim> execShims() { return Shims; }

int startAgain(char *const *Arguments, char *const *Environment) {
  StartAgain Command(Arguments);
  errno = Command.error();
  if (errno)
    return -1;
  tieThread();
  return ::execve(startAgainFile(), Command.get(), Environment);
}

} // namespace remoterun::executor
