//===- ExecutableStacks.cpp - For objects that ask for them ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/ExecutableStacks.h"
#include "executor/base/Libc.h"

#include <cerrno>
#include <cstring>
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>

namespace remoterun::executor {

bool takeStackRequest(int File) {
  constexpr unsigned FirstThatRefuses = 41;
  ElfW(Ehdr) Header;
  if (libcVersion() < FirstThatRefuses ||
      ::pread(File, &Header, sizeof(Header), 0) != sizeof(Header))
    return false;
  for (unsigned I = 0; I != Header.e_phnum; ++I) {
    auto At = static_cast<off_t>(Header.e_phoff + I * sizeof(ElfW(Phdr)));
    ElfW(Phdr) Segment;
    if (::pread(File, &Segment, sizeof(Segment), At) != sizeof(Segment))
      return false;
    if (Segment.p_type != PT_GNU_STACK)
      continue;
    if (!(Segment.p_flags & PF_X))
      return false;
    Segment.p_flags &= ~ElfW(Word)(PF_X);
    return ::pwrite(File, &Segment, sizeof(Segment), At) == sizeof(Segment);
  }
  return false;
}

Expected<void> makeStacksExecutable() {
  // The kernel has put it above all frames of the main thread, whose stack is
  // protected from there downwards, and when it grows.
  auto PageSize = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  uintptr_t Top = ::getauxval(AT_RANDOM) / PageSize * PageSize;
  constexpr int All = PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSDOWN;
  // libc maps the stacks of other threads to be read and written; what can be
  // read can be executed then, until the process executes another program.
  int Before = ::personality(0xffffffff);
  if (::mprotect(reinterpret_cast<void *>(Top), PageSize, All) != 0 ||
      Before == -1 ||
      ::personality(static_cast<unsigned long>(Before) | READ_IMPLIES_EXEC) ==
          -1)
    return failure("its objects ask for executable stacks (.note.GNU-stack, "
                   "ld's -z execstack), which this system does not allow: %s",
                   std::strerror(errno));
  return {};
}

const char *wayToStacks(const char *Reason) {
  return std::strstr(Reason, "executable stack")
             ? "; glibc gives these only when a process starts: name the "
               "library in LD_PRELOAD, or link it with -z noexecstack if it "
               "has no need of them"
             : "";
}

} // namespace remoterun::executor
