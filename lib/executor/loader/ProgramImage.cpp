//===- ProgramImage.cpp - The program as a shared object ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/ProgramImage.h"
#include "executor/base/FileSizeLimitOff.h"
#include "executor/base/Libc.h"
#include "executor/base/TextStore.h"
#include "executor/loader/ExecutableStacks.h"
#include "executor/loader/LinkMap.h"
#include "executor/loader/ProgramEntry.h"
#include "executor/memory/SharedFile.h"
#include "wire/List.h"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <iterator>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// In memory of ours, not in the guest's heap.
List<char> terminated(std::string_view Text) {
  List<char> Copy;
  Copy.append(Text.data(), Text.size());
  Copy.push('\0');
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

bool ProgramImage::read(ExecutorAddr Start, std::span<uint8_t> Into) const {
  return readFileAt(File.get(), Start - Place.Start, Into);
}

/// What the image's last relocation gets is of no use. Under LinkMapLock.
static uintptr_t ResultOfHook = 0;

/// Where relocations have no addends, what shall be called stands in their
/// place, until it has been.
static void prepareHook() {
  ResultOfHook = static_cast<uintptr_t>(ProgramImage::relocatedHook().value());
}

bool ProgramImage::seal(std::string_view Wanted) {
  FileSizeLimitOff Unlimited;
  NeedsExecutableStacks = takeStackRequest(File.get());
  IsExecutable = completeExecutable(File.get());
  // What runs from now on can neither be changed nor cut off behind our back.
  ::fcntl(File.get(), F_ADD_SEALS,
          F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  List<char> Name = pathOf(File.get());
  if (Name.empty() || Name.size() > sizeof(FileName))
    return false;
  std::memcpy(FileName, Name.data(), Name.size());
  if (!Wanted.empty())
    Path = keepForever(Wanted);
  return true;
}

namespace {

/// What a resolver finds, which has no argument: one process loads one image.
ProgramImage *BeingLoaded = nullptr;

} // namespace

/// Gives what is mapped its name. False if it lies elsewhere.
bool ProgramImage::takeName() {
  for (link_map *Map = firstInLinkMap(); Map; Map = Map->l_next)
    if (std::strcmp(Map->l_name, FileName) == 0) {
      // The descriptor is about to be anybody's.
      if (Path)
        Map->l_name = Path;
      noteProgramEntry(Map, Place.Start);
      return Map->l_addr == 0;
    }
  return false;
}

ExecutorAddr ProgramImage::resultOfHook() {
  return ExecutorAddr(reinterpret_cast<uintptr_t>(&ResultOfHook));
}

void *ProgramImage::resolve() {
  if (!BeingLoaded)
    return nullptr;
  ProgramImage &Its = *BeingLoaded;
  Its.WasRelocated = Its.takeName();
  Its.File.close();
  if (Its.WasRelocated)
    Its.Relocated(Its.Context);
  return nullptr;
}

/// With the dynamic linker's \p Reason.
static Failure cannotLoad(const char *Reason) {
  return failure("%s%s", Reason, wayToStacks(Reason));
}

Expected<void> ProgramImage::load(void (*WhenRelocated)(void *),
                                  void *ItsContext) {
  Relocated = WhenRelocated;
  Context = ItsContext;
  BeingLoaded = this;
  if (NeedsExecutableStacks)
    if (auto Made = makeStacksExecutable(); !Made)
      return Made.error();
  ::munmap(
      reinterpret_cast<void *>(static_cast<uintptr_t>(Place.Start.value())),
      Place.Size);
  prepareHook();
  // Lazy and global, as a native program's own libraries are bound. What cannot
  // be closed is nobody's dependency: who uses it may end after it.
  if (!libc.dlopen(FileName, RTLD_LAZY | RTLD_GLOBAL | RTLD_NODELETE))
    return cannotLoad(libc.dlerror());
  if (!WasRelocated)
    return failure("the dynamic linker has not put the program in its place");
  // From 2.35 on glibc reads the program's headers once more at the end.
  hideExecutorBehind();
  return {};
}

void ProgramImage::becomeExecutable(bool OwnsBlock) {
  if (IsExecutable)
    putProgramFirst(OwnsBlock);
}

/// The dynamic linker takes a file for loaded already that has a name of one
/// that is, and a number of a descriptor soon comes to be another file's.
void ProgramImage::makeNameUnique() {
  static std::atomic<uint32_t> LastNumber = 0;
  uint32_t Number = ++LastNumber;
  char *Last = std::strrchr(FileName, '/');
  char Descriptor[16];
  std::strncpy(Descriptor, Last + 1, sizeof(Descriptor) - 1);
  Descriptor[sizeof(Descriptor) - 1] = '\0';
  // Steps that lead nowhere spell the number.
  for (unsigned Bit = 0; Bit != 32; ++Bit) {
    *Last++ = '/';
    if (Number >> Bit & 1)
      *Last++ = '.';
  }
  *Last++ = '/';
  std::strcpy(Last, Descriptor);
}

Expected<bool> ProgramImage::loadAside(char *Name) {
  makeNameUnique();
  auto *Start =
      reinterpret_cast<void *>(static_cast<uintptr_t>(Place.Start.value()));
  LinkMapLock Held;
  prepareHook();
  ::munmap(Start, Place.Size);
  Handle = libc.dlopen(FileName, RTLD_NOW | RTLD_LOCAL);
  File.close();
  if (!Handle)
    return failure("%s", libc.dlerror());
  link_map *Map = nullptr;
  if (libc.dlinfo(Handle, RTLD_DI_LINKMAP, &Map) != 0 || Map->l_addr != 0) {
    libc.dlclose(std::exchange(Handle, nullptr));
    return false;
  }
  OwnName = std::exchange(Map->l_name, Name);
  return true;
}

void ProgramImage::unload() {
  LinkMapLock Held;
  link_map *Map = nullptr;
  // It frees its own.
  if (OwnName && libc.dlinfo(Handle, RTLD_DI_LINKMAP, &Map) == 0)
    Map->l_name = OwnName;
  libc.dlclose(std::exchange(Handle, nullptr));
}

} // namespace remoterun::executor
