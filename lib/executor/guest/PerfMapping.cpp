//===- PerfMapping.cpp - How perf learns of its file ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/guest/PerfMapping.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// errno, or 0.
int showInPlace(int File, off_t Offset, void *Place, size_t Size) {
  void *Aside =
      ::mmap(nullptr, Size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Aside == MAP_FAILED)
    return errno;
  constexpr int Exactly = MREMAP_MAYMOVE | MREMAP_FIXED;
  if (::mremap(Place, Size, Size, Exactly, Aside) == MAP_FAILED) {
    int Error = errno;
    ::munmap(Aside, Size);
    return Error;
  }
  void *Shown = ::mmap(Place, Size, PROT_READ | PROT_EXEC,
                       MAP_PRIVATE | MAP_FIXED, File, Offset);
  int Error = Shown == MAP_FAILED ? errno : 0;
  if (::mremap(Aside, Size, Size, Exactly, Place) == MAP_FAILED)
    return errno;
  return Error;
}

} // namespace

Expected<PerfMapping> PerfMapping::open(std::string_view Path,
                                        const Slab &Memory) {
  List<char> Text;
  Text.append(Path.data(), Path.size());
  Text.push('\0');
  auto Refuse = [&](const char *Why) {
    return failure("cannot show '%s' to perf: %s", Text.data(), Why);
  };
  PerfMapping Opened;
  Opened.File =
      transport::Descriptor(::open(Text.data(), O_RDONLY | O_CLOEXEC));
  if (!Opened.File.isOpen())
    return Refuse(strerror(errno));
  // There is one segment for each in the slab that holds code.
  constexpr size_t Most = 16;
  ElfW(Ehdr) Header;
  ElfW(Phdr) Segments[Most];
  int File = Opened.File.get();
  if (::pread(File, &Header, sizeof(Header), 0) != sizeof(Header) ||
      std::memcmp(Header.e_ident, ELFMAG, SELFMAG) != 0 ||
      Header.e_phnum > Most)
    return Refuse("it is no such ELF file");
  size_t Size = Header.e_phnum * sizeof(Segments[0]);
  if (::pread(File, Segments, Size, static_cast<off_t>(Header.e_phoff)) !=
      static_cast<ssize_t>(Size))
    return Refuse("its program headers cannot be read");
  for (size_t I = 0; I != Header.e_phnum; ++I) {
    const ElfW(Phdr) &Segment = Segments[I];
    if (Segment.p_type != PT_LOAD || (Segment.p_flags & PF_X) == 0)
      continue;
    if (!Memory.holds({ExecutorAddr(Segment.p_vaddr), Segment.p_memsz},
                      wire::Protection::ReadExecute))
      return Refuse("it has code where the program has none");
    Opened.Segments.push(Segment);
  }
  return Opened;
}

Expected<void> PerfMapping::show() {
  Expected<void> Shown;
  for (const ElfW(Phdr) &Segment : Segments)
    if (int Error =
            showInPlace(File.get(), static_cast<off_t>(Segment.p_offset),
                        memoryAt(ExecutorAddr(Segment.p_vaddr)),
                        static_cast<size_t>(Segment.p_memsz)))
      Shown = failure("cannot show the program's code to perf: %s",
                      strerror(Error));
  File.close();
  return Shown;
}

} // namespace remoterun::executor
