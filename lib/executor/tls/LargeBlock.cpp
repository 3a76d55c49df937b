//===- LargeBlock.cpp - More room for thread-local variables --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/tls/LargeBlock.h"
#include "executor/base/Digits.h"
#include "executor/base/FileSizeLimitOff.h"
#include "executor/base/Libc.h"
#include "executor/base/MappedFile.h"
#include "executor/loader/LinkMap.h"
#include "executor/machine/Machine.h"
#include "transport/Descriptor.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <iterator>
#include <link.h>
#include <sys/mman.h>
#include <type_traits>
#include <unistd.h>

/// The linker defines it, at the start of the executor's file.
extern "C" [[gnu::visibility("hidden")]] const ElfW(Ehdr)
    __ehdr_start; // NOLINT(bugprone-reserved-identifier)

namespace remoterun::executor {

namespace {

/// Others may stand before the block.
constexpr uint32_t OfOthers = 64 << 10;
constexpr uint32_t MostBytes =
    std::min(uint32_t(64 << 20), ThreadLocalReach - OfOthers);

using Relocation =
    std::conditional_t<sizeof(void *) == 8, ElfW(Rela), ElfW(Rel)>;
constexpr bool HasAddend = std::is_same_v<Relocation, ElfW(Rela)>;

/// The start of the library (ELF gABI, "Program Loading and Dynamic Linking");
/// the variable comes behind it. What asks for the variable's offset from the
/// thread pointer is what makes the dynamic linker take the reserve.
struct Head {
  ElfW(Ehdr) File;
  ElfW(Phdr) Segments[4];
  ElfW(Dyn) Dynamic[8];
  ElfW(Sym) NoSymbol;
  Relocation OffsetOfVariable;
  ElfW(Addr) Offset;
  char NoName[sizeof(ElfW(Addr))];
};

ElfW(Phdr)
    segment(ElfW(Word) Type, size_t Start, size_t Size, size_t Alignment) {
  ElfW(Phdr) Made = {};
  Made.p_type = Type;
  Made.p_flags = PF_R | PF_W;
  Made.p_offset = Made.p_vaddr = Made.p_paddr = static_cast<ElfW(Addr)>(Start);
  Made.p_filesz = Made.p_memsz = static_cast<decltype(Made.p_memsz)>(Size);
  Made.p_align = static_cast<decltype(Made.p_align)>(Alignment);
  return Made;
}

size_t startOfVariable(uint32_t Alignment) {
  return (sizeof(Head) + Alignment - 1) / Alignment * Alignment;
}

Head describe(size_t Start, uint32_t Size, uint32_t Alignment) {
  Head Made = {};
  // That of the executor is for the same machine.
  Made.File = __ehdr_start;
  Made.File.e_type = ET_DYN;
  Made.File.e_entry = 0;
  Made.File.e_phoff = offsetof(Head, Segments);
  Made.File.e_phnum = std::size(Made.Segments);
  Made.File.e_shoff = 0;
  Made.File.e_shnum = Made.File.e_shstrndx = 0;
  auto PageSize = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  Made.Segments[0] = segment(PT_LOAD, 0, Start + Size, PageSize);
  Made.Segments[1] = segment(PT_DYNAMIC, offsetof(Head, Dynamic),
                             sizeof(Head::Dynamic), alignof(ElfW(Dyn)));
  Made.Segments[2] = segment(PT_TLS, Start, Size, Alignment);
  // Without, it would be one that asks for stacks that can be executed.
  Made.Segments[3] = segment(PT_GNU_STACK, 0, 0, 1);
  const struct {
    ElfW(Sword) Tag;
    size_t Value;
  } Entries[] = {
      {DT_SYMTAB, offsetof(Head, NoSymbol)},
      {DT_SYMENT, sizeof(ElfW(Sym))},
      {DT_STRTAB, offsetof(Head, NoName)},
      {DT_STRSZ, 1},
      {HasAddend ? DT_RELA : DT_REL, offsetof(Head, OffsetOfVariable)},
      {HasAddend ? DT_RELASZ : DT_RELSZ, sizeof(Relocation)},
      {HasAddend ? DT_RELAENT : DT_RELENT, sizeof(Relocation)}};
  for (size_t I = 0; I != std::size(Entries); ++I) {
    Made.Dynamic[I].d_tag = Entries[I].Tag;
    Made.Dynamic[I].d_un.d_val =
        static_cast<decltype(Made.Dynamic[I].d_un.d_val)>(Entries[I].Value);
  }
  Made.OffsetOfVariable.r_offset = offsetof(Head, Offset);
  // Of symbol 0, which is the module's own block.
  Made.OffsetOfVariable.r_info = FixedOffsetRelocation;
  return Made;
}

Failure noRoom(uint32_t Size, const char *Why) {
  return failure("cannot make room for %u bytes of thread-local variables: %s",
                 Size, Why);
}

/// An emulator of user programs shows the executor where it looks for itself
/// in /proc, and no further.
bool isEmulated() {
  char Path[4096];
  ssize_t Length = ::readlink("/proc/thread-self/exe", Path, sizeof(Path) - 1);
  Path[Length > 0 ? Length : 0] = '\0';
  const char *Slash = std::strrchr(Path, '/');
  return Slash && std::strncmp(Slash, "/qemu-", 6) == 0;
}

/// Whether to execute /proc/self/exe is to execute the executor. Not so where a
/// program interprets it that has a file of its own: valgrind only shows
/// another path to who reads the link.
bool canStartAnew() {
  constexpr char Own[] = "/proc/self/exe";
  char Path[4096];
  ssize_t Length = ::readlink(Own, Path, sizeof(Path) - 1);
  if (Length <= 0)
    return false;
  Path[Length] = '\0';
  FileIdentity Shown = identityOf(Path), Executed = identityOf(Own);
  // A file that has been removed can be executed that way.
  if (Executed == FileIdentity() || Shown == FileIdentity() ||
      Shown == Executed)
    return Executed != FileIdentity();
  // An emulator of user programs is started once more (Startup.cpp).
  return isEmulated();
}

} // namespace

uint32_t largestBlock() {
  // The tunable came with glibc 2.33.
  const char *Version = ::gnu_get_libc_version();
  const char *Minor = std::strchr(Version, '.');
  bool IsNew =
      leadingNumber(Version) == 2 && Minor && leadingNumber(Minor + 1) >= 33;
  // The library is found by /proc, and so is the executor.
  if (!IsNew || !canStartAnew())
    return 0;
  // A file in memory has it, where FileSizeLimitOff cannot help.
  rlimit OfFiles;
  constexpr uint32_t OfHead = 4096;
  if (::getrlimit(RLIMIT_FSIZE, &OfFiles) == 0 &&
      OfFiles.rlim_max < MostBytes + OfHead)
    return OfFiles.rlim_max < OfHead
               ? 0
               : static_cast<uint32_t>(OfFiles.rlim_max - OfHead);
  return MostBytes;
}

uint32_t strictestAlignment() {
  constexpr uint32_t Strictest = 4096;
  // What the kernel would load for the emulator, it could not use.
  return largestBlock() != 0 && !isEmulated() ? Strictest : 0;
}

namespace {

/// How a process names its open file.
struct NameOfFile {
  explicit NameOfFile(int Number) {
    std::snprintf(Text, sizeof(Text), "/proc/self/fd/%d", Number);
  }
  char Text[32];
};

/// A file in memory with a library whose variable has so many bytes; not open
/// if there can be none.
transport::Descriptor writeLibrary(uint32_t Size, uint32_t Alignment) {
  size_t Start = startOfVariable(Alignment);
  const Head Written = describe(Start, Size, Alignment);
  FileSizeLimitOff Unlimited;
  transport::Descriptor File(::memfd_create("thread-locals", MFD_CLOEXEC));
  if (File.isOpen() &&
      (::ftruncate(File.get(), static_cast<off_t>(Start + Size)) != 0 ||
       ::pwrite(File.get(), &Written, sizeof(Written), 0) !=
           static_cast<ssize_t>(sizeof(Written))))
    File.close();
  return File;
}

/// What the dynamic linker calls the library from then on.
char Shown[] = "[thread-local variables]";

} // namespace

int makeAlignedLibrary(uint32_t Alignment) {
  transport::Descriptor File = writeLibrary(/*Size=*/1, Alignment);
  return File.isOpen() ? ::fcntl(File.get(), F_DUPFD, STDERR_FILENO + 1) : -1;
}

void closeAlignedLibrary(int Number) {
  const NameOfFile Name(Number);
  for (link_map *Map = firstInLinkMap(); Map; Map = Map->l_next)
    if (std::strcmp(Map->l_name, Name.Text) == 0) {
      Map->l_name = Shown;
      ::close(Number);
    }
}

Expected<LargeBlock> makeLargeBlock(uint32_t Size, uint32_t Alignment) {
  transport::Descriptor File = writeLibrary(Size, Alignment);
  if (!File.isOpen())
    return noRoom(Size, std::strerror(errno));
  void *Handle =
      libc.dlopen(NameOfFile(File.get()).Text, RTLD_NOW | RTLD_LOCAL);
  if (!Handle)
    return noRoom(Size, libc.dlerror());
  link_map *Map = nullptr;
  if (libc.dlinfo(Handle, RTLD_DI_LINKMAP, &Map) != 0)
    return noRoom(Size, libc.dlerror());
  // The descriptor is about to be anybody's.
  Map->l_name = Shown;
  ElfW(Addr) Offset;
  std::memcpy(&Offset,
              reinterpret_cast<void *>(Map->l_addr + offsetof(Head, Offset)),
              sizeof(Offset));
  return LargeBlock{
      static_cast<intptr_t>(Offset),
      reinterpret_cast<uint8_t *>(Map->l_addr + startOfVariable(Alignment))};
}

} // namespace remoterun::executor
