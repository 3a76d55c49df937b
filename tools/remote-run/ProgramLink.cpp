//===- ProgramLink.cpp - A link to remote-run that is a program -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramLink.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <sys/auxv.h>
#include <sys/stat.h>

using namespace llvm;

namespace remoterun {

namespace {

constexpr StringLiteral OwnName = "remote-run";

bool isOwnName(StringRef Name) {
  return Name.consume_front(OwnName) && (Name.empty() || Name.starts_with("-"));
}

/// A copy is no link: it is remote-run, whatever it is called. We are the file
/// that /proc/self/exe is said to lead to: where this machine is emulated, it
/// leads to the emulator.
bool isLinkToUs(const char *Path) {
  static int Anchor;
  struct stat Link;
  return ::lstat(Path, &Link) == 0 && S_ISLNK(Link.st_mode) &&
         sys::fs::equivalent(Path,
                             sys::fs::getMainExecutable(nullptr, &Anchor));
}

/// What execve(2) was given (getauxval(3)): argv[0] is whatever the caller
/// likes, and has no folder where a shell has searched PATH.
const char *executedPath() {
  auto *Path = reinterpret_cast<const char *>(::getauxval(AT_EXECFN));
  // fexecve(3) names a descriptor.
  if (!Path || StringRef(Path).starts_with("/dev/fd/") ||
      StringRef(Path).starts_with("/proc/"))
    return nullptr;
  return Path;
}

} // namespace

std::optional<std::string> programLink(const char *Called) {
  // As the interpreter of a file, or started by a descriptor, we are named by
  // argv[0] alone.
  const char *Named = StringRef(Called).contains('/') ? Called : nullptr;
  for (const char *Path : {executedPath(), Named})
    if (Path && !isOwnName(sys::path::filename(Path)) && isLinkToUs(Path))
      return Path;
  return std::nullopt;
}

Expected<std::string> programBesideLink(const std::string &Link) {
  for (const char *Suffix : {".bc", ".ll"})
    if (sys::fs::exists(Link + Suffix))
      return Link + Suffix;
  return Failure{Blame::Input,
                 "'" + Link +
                     "' is a link to remote-run, which stands for the program "
                     "beside it, and there is no '" +
                     Link + ".bc' and no '" + Link +
                     ".ll'; put it there, or give a link that takes "
                     "remote-run's options a name like remote-run-22"};
}

} // namespace remoterun
