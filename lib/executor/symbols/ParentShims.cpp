//===- ParentShims.cpp - Who the guest's parent is ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/ParentShims.h"
#include "executor/base/Digits.h"
#include "executor/base/MappedFile.h"
#include "executor/symbols/OwnFile.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// Set once, and then read only: our parent, and remote-run, which is that or,
/// in the forwarded manner, its parent. 0 where remote-run was not found.
pid_t Parent = 0, RemoteRun = 0;

/// A file of a process in /proc.
class ProcessFile {
public:
  ProcessFile(pid_t Process, std::string_view File) {
    constexpr std::string_view Proc = "/proc/";
    char *End = std::ranges::copy(Proc, Path).out;
    End = std::to_chars(End, std::end(Path), Process).ptr;
    *std::ranges::copy(File, End).out = '\0';
  }
  const char *path() const { return Path; }

private:
  char Path[64];
};

/// -1 where it cannot be told (proc_pid_stat(5)).
pid_t parentOf(pid_t Process) {
  int File = ::open(ProcessFile(Process, "/stat").path(), O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return -1;
  char Text[256];
  ssize_t Length = ::read(File, Text, sizeof(Text) - 1);
  ::close(File);
  std::string_view Rest(Text, Length > 0 ? static_cast<size_t>(Length) : 0);
  Text[Rest.size()] = '\0';
  // Behind the name, which may have anything in it, and the state.
  constexpr std::string_view Between = ") S ";
  size_t End = Rest.rfind(')');
  if (End == Rest.npos || Rest.size() - End < Between.size())
    return -1;
  return static_cast<pid_t>(leadingNumber(Text + End + Between.size()));
}

bool isRemoteRun(pid_t Process, FileIdentity File) {
  return Process > 0 && identityOf(ProcessFile(Process, "/exe").path()) == File;
}

const Shim Shims[] = {
    REMOTERUN_SHIM("getppid", &parentForGuest, &::getppid),
};

} // namespace

void noteParent() {
  if (!startAgainFile())
    return;
  FileIdentity File = identityOf(startAgainFile());
  if (File == FileIdentity())
    return;
  Parent = ::getppid();
  for (pid_t Candidate : {Parent, parentOf(Parent)})
    if (isRemoteRun(Candidate, File)) {
      RemoteRun = Candidate;
      return;
    }
}

pid_t parentForGuest() {
  // A child of the guest has the guest for a parent.
  pid_t Found = ::getppid();
  if (RemoteRun == 0 || Found != Parent)
    return Found;
  int Error = errno;
  // Asked every time: it changes when that one ends.
  pid_t Native = parentOf(RemoteRun);
  errno = Error;
  return Native >= 0 ? Native : Found;
}

std::span<const Shim> parentShims() { return Shims; }

} // namespace remoterun::executor
