//===- LaterSymbols.cpp - What older versions of libc lack ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/LaterSymbols.h"
#include "executor/base/Libc.h"

#include <cstdint>
#include <sys/types.h>

// What libc_nonshared.a called in programs that were linked with glibc before
// 2.33, and all versions of libc have.
// NOLINTBEGIN(bugprone-reserved-identifier): libc gives the names.
extern "C" {
int __xstat(int Version, const char *Path, void *Status);
int __lxstat(int Version, const char *Path, void *Status);
int __fxstat(int Version, int File, void *Status);
int __fxstatat(int Version, int Folder, const char *Path, void *Status,
               int Flags);
int __xstat64(int Version, const char *Path, void *Status);
int __lxstat64(int Version, const char *Path, void *Status);
int __fxstat64(int Version, int File, void *Status);
int __fxstatat64(int Version, int Folder, const char *Path, void *Status,
                 int Flags);
int __xmknod(int Version, const char *Path, mode_t Mode, dev_t *Device);
int __xmknodat(int Version, int Folder, const char *Path, mode_t Mode,
               dev_t *Device);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace remoterun::executor {

namespace {

/// libc's numbers of the structures that its headers declare (_STAT_VER and
/// _MKNOD_VER).
#if defined(__aarch64__) || defined(__riscv)
constexpr int StatVersion = 0, NodeVersion = 0;
#elif defined(__arm__)
constexpr int StatVersion = 3, NodeVersion = 1;
#else
constexpr int StatVersion = 1, NodeVersion = 0;
#endif

template <auto &Function> int statByPath(const char *Path, void *Status) {
  return Function(StatVersion, Path, Status);
}
template <auto &Function> int statOfFile(int File, void *Status) {
  return Function(StatVersion, File, Status);
}
template <auto &Function>
int statInFolder(int Folder, const char *Path, void *Status, int Flags) {
  return Function(StatVersion, Folder, Path, Status, Flags);
}
int makeNode(const char *Path, mode_t Mode, dev_t Device) {
  return __xmknod(NodeVersion, Path, Mode, &Device);
}
int makeNodeInFolder(int Folder, const char *Path, mode_t Mode, dev_t Device) {
  return __xmknodat(NodeVersion, Folder, Path, Mode, &Device);
}

/// __libc_single_threaded, which says whether locks can be left out. No is
/// always right.
const char SingleThreaded = 0;

struct LaterSymbol {
  std::string_view Name;
  const void *Address;
  unsigned Since; ///< The version of glibc that has it.
};

template <typename T>
LaterSymbol function(std::string_view Name, T *Function, unsigned Since) {
  // POSIX requires that it can be cast (dlsym(3)).
  return {Name, reinterpret_cast<const void *>(Function), Since};
}

/// What headers before glibc 2.38 name in place of one of C23's functions.
void *findBeforeC23(std::string_view Name) {
  constexpr std::string_view C23 = "__isoc23_", C99 = "__isoc99_";
  char Older[32] = {};
  if (!Name.starts_with(C23) || Name.size() >= sizeof(Older))
    return nullptr;
  Name.copy(Older, Name.size());
  C99.copy(Older, C99.size());
  if (void *Found = libc.dlsym(RTLD_DEFAULT, Older))
    return Found;
  return libc.dlsym(RTLD_DEFAULT, Older + C99.size());
}

} // namespace

ExecutorAddr findLaterSymbol(std::string_view Name) {
  constexpr unsigned Complete = 38;
  if (libcVersion() >= Complete)
    return {};
  const LaterSymbol Table[] = {
      function("stat", &statByPath<__xstat>, 33),
      function("lstat", &statByPath<__lxstat>, 33),
      function("fstat", &statOfFile<__fxstat>, 33),
      function("fstatat", &statInFolder<__fxstatat>, 33),
      function("stat64", &statByPath<__xstat64>, 33),
      function("lstat64", &statByPath<__lxstat64>, 33),
      function("fstat64", &statOfFile<__fxstat64>, 33),
      function("fstatat64", &statInFolder<__fxstatat64>, 33),
      function("mknod", &makeNode, 33),
      function("mknodat", &makeNodeInFolder, 33),
      {"__libc_single_threaded", &SingleThreaded, 32},
  };
  for (const LaterSymbol &Known : Table)
    if (Known.Name == Name && libcVersion() < Known.Since)
      return ExecutorAddr(reinterpret_cast<uintptr_t>(Known.Address));
  return ExecutorAddr(reinterpret_cast<uintptr_t>(findBeforeC23(Name)));
}

} // namespace remoterun::executor
