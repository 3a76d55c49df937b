//===- ProgramImage.cpp - The program as a shared object ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/ProgramImage.h"
#include "executor/base/Libc.h"
#include "executor/base/MappedFile.h"
#include "wire/List.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <iterator>
#include <link.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// A program may be started with a limit on the size of files, which is not for
/// memory (RLIMIT_FSIZE of getrlimit(2)). While this lives, there is as little
/// of it as the system allows, and no signal.
class FileSizeLimitOff {
public:
  FileSizeLimitOff() {
    if (::getrlimit(RLIMIT_FSIZE, &Limit) != 0 ||
        Limit.rlim_cur == RLIM_INFINITY)
      return;
    IsChanged = true;
    const rlimit Most = {Limit.rlim_max, Limit.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &Most);
    struct sigaction Ignored = {};
    Ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGXFSZ, &Ignored, &Action);
  }
  ~FileSizeLimitOff() {
    if (!IsChanged)
      return;
    ::setrlimit(RLIMIT_FSIZE, &Limit);
    ::sigaction(SIGXFSZ, &Action, nullptr);
  }
  FileSizeLimitOff(const FileSizeLimitOff &) = delete;
  FileSizeLimitOff &operator=(const FileSizeLimitOff &) = delete;

private:
  rlimit Limit = {};
  struct sigaction Action = {};
  bool IsChanged = false;
};

/// In memory of ours, not in the guest's heap.
List<char> terminated(std::string_view Text) {
  List<char> Copy;
  Copy.append(Text.data(), Text.size());
  Copy.push('\0');
  return Copy;
}

/// There for as long as the process is.
char *keep(std::string_view Text) {
  auto *Copy = static_cast<char *>(
      resizeListMemory(/*Memory=*/nullptr, /*OldSize=*/0, Text.size() + 1));
  if (!Copy)
    std::abort();
  std::memcpy(Copy, Text.data(), Text.size());
  Copy[Text.size()] = '\0';
  return Copy;
}

/// Where \p Descriptor's file can be opened; empty for nowhere. By the number
/// of the process, since a debugger that follows would look for /proc/self in
/// its own: the number that /proc has for us, which may be of another namespace
/// than ours (pid_namespaces(7)).
List<char> pathOf(int Descriptor) {
  char Process[16], Number[16];
  ssize_t Length = ::readlink("/proc/self", Process, sizeof(Process));
  if (Length <= 0 || Length == sizeof(Process))
    return {};
  // Not by printf, the pages of whose code nobody needs here otherwise.
  const char *End = std::to_chars(Number, std::end(Number), Descriptor).ptr;
  List<char> Path;
  auto Add = [&](std::string_view Part) {
    Path.append(Part.data(), Part.size());
  };
  Add("/proc/");
  Add({Process, static_cast<size_t>(Length)});
  Add("/fd/");
  Add({Number, End});
  Path.push('\0');
  return Path;
}

/// Before, glibc adds to the addresses of an object's .dynamic, which is read
/// only here, how far the object is from where they say.
constexpr unsigned FirstForReadOnlyDynamic = 35;

/// Whether nothing is mapped at \p Place.
bool isFree(ExecutorRange Place) {
  auto *Start =
      reinterpret_cast<void *>(static_cast<uintptr_t>(Place.Start.value()));
  void *Got = ::mmap(
      Start, Place.Size, PROT_NONE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (Got != MAP_FAILED)
    ::munmap(Got, Place.Size);
  return Got == Start;
}

} // namespace

Expected<ProgramImage> ProgramImage::create(std::string_view Name,
                                            ExecutorRange Place) {
  FileSizeLimitOff Unlimited;
  transport::Descriptor File(
      ::memfd_create(terminated(Name).data(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  // It needs no blocks before it is written, so that this tells of limits
  // alone.
  if (!File.isOpen() ||
      ::ftruncate(File.get(), static_cast<off_t>(Place.Size)) != 0)
    return failure("there is no file in memory for it: %s",
                   std::strerror(errno));
  return ProgramImage(std::move(File), Place);
}

Expected<void> ProgramImage::write(ExecutorAddr Start,
                                   std::span<const uint8_t> Bytes) {
  FileSizeLimitOff Unlimited;
  auto Offset = static_cast<off_t>(Start - Place.Start);
  while (!Bytes.empty()) {
    ssize_t Count = ::pwrite(File.get(), Bytes.data(), Bytes.size(), Offset);
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count <= 0)
      return failure("cannot write the program's file in memory: %s",
                     std::strerror(Count < 0 ? errno : ENOSPC));
    Bytes = Bytes.subspan(static_cast<size_t>(Count));
    Offset += Count;
  }
  return {};
}

Expected<ProgramImage::Mapping> ProgramImage::load(std::string_view Path) {
  // What runs from now on can neither be changed nor cut off behind our back.
  ::fcntl(File.get(), F_ADD_SEALS,
          F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  List<char> Name = pathOf(File.get());
  if (Name.empty())
    return Mapping::NotFound;
  if (libcVersion() < FirstForReadOnlyDynamic && !isFree(Place))
    return Mapping::Elsewhere;
  void *Handle = libc.dlopen(Name.data(), RTLD_NOW | RTLD_GLOBAL);
  if (!Handle) {
    Failure Reason = failure("cannot load the program: %s", libc.dlerror());
    if (identityOf(Name.data()) == FileIdentity())
      return Mapping::NotFound;
    return Reason;
  }
  link_map *Map = nullptr;
  if (libc.dlinfo(Handle, RTLD_DI_LINKMAP, &Map) != 0)
    return failure("cannot find the program: %s", libc.dlerror());
  if (Map->l_addr != 0) {
    libc.dlclose(Handle);
    return Mapping::Elsewhere;
  }
  // The descriptor is about to be anybody's. What is named stays mapped until
  // the process ends, and so does the name.
  if (!Path.empty())
    Map->l_name = keep(Path);
  File.close();
  return Mapping::InPlace;
}

} // namespace remoterun::executor
