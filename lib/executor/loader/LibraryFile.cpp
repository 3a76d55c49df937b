//===- LibraryFile.cpp - A shared library that is not loaded --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LibraryFile.h"
#include "executor/machine/Machine.h"

#include <bit>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace remoterun::executor {

using Problem = LibraryFile::Problem;

namespace {

constexpr unsigned char OwnClass =
    sizeof(ElfW(Addr)) == 8 ? ELFCLASS64 : ELFCLASS32;
constexpr unsigned char OwnOrder =
    std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

/// The whole file; empty where it cannot be mapped.
std::span<const uint8_t> map(int Descriptor, const struct stat &Status) {
  if (!S_ISREG(Status.st_mode) || Status.st_size <= 0 ||
      static_cast<uint64_t>(Status.st_size) > SIZE_MAX)
    return {};
  auto Size = static_cast<size_t>(Status.st_size);
  void *Start = ::mmap(nullptr, Size, PROT_READ, MAP_PRIVATE, Descriptor, 0);
  if (Start == MAP_FAILED)
    return {};
  return {static_cast<const uint8_t *>(Start), Size};
}

bool isInside(uint64_t Offset, uint64_t Size, size_t FileSize) {
  return Offset <= FileSize && Size <= FileSize - Offset;
}

Result<DynamicTables, Problem> readTables(std::span<const uint8_t> File) {
  ElfW(Ehdr) Header;
  if (File.size() < sizeof(Header))
    return Problem::Damaged;
  std::memcpy(&Header, File.data(), sizeof(Header));
  if (std::memcmp(Header.e_ident, ELFMAG, SELFMAG) != 0)
    return Problem::Damaged;
  if (Header.e_ident[EI_CLASS] != OwnClass ||
      Header.e_ident[EI_DATA] != OwnOrder || Header.e_machine != ElfMachine)
    return Problem::Foreign;
  if (Header.e_type != ET_DYN || Header.e_phentsize != sizeof(ElfW(Phdr)) ||
      !isInside(Header.e_phoff, Header.e_phnum * sizeof(ElfW(Phdr)),
                File.size()))
    return Problem::Damaged;
  SegmentBytes Bytes;
  ElfW(Phdr) Dynamic = {};
  for (size_t I = 0; I != Header.e_phnum; ++I) {
    ElfW(Phdr) Segment;
    std::memcpy(&Segment, File.data() + Header.e_phoff + I * sizeof(Segment),
                sizeof(Segment));
    if (Segment.p_type == PT_DYNAMIC)
      Dynamic = Segment;
    if (Segment.p_type != PT_LOAD)
      continue;
    if (!isInside(Segment.p_offset, Segment.p_filesz, File.size()))
      return Problem::Damaged;
    Bytes.add(Segment.p_vaddr,
              File.subspan(Segment.p_offset, Segment.p_filesz));
  }
  if (Dynamic.p_type != PT_DYNAMIC)
    return Problem::Damaged;
  DynamicTables Tables(Bytes, Dynamic.p_vaddr);
  if (Tables.areEmpty())
    return Problem::Damaged;
  return Tables;
}

} // namespace

FileIdentity identityOf(const char *Path) {
  struct stat Status;
  if (::stat(Path, &Status) != 0)
    return {};
  return {Status.st_dev, Status.st_ino};
}

Result<LibraryFile, Problem> LibraryFile::open(const char *Path) {
  // Not one that waits for a writer, should it be a FIFO.
  int Descriptor = ::open(Path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (Descriptor < 0)
    return Problem::Missing;
  struct stat Status;
  LibraryFile Opened;
  if (::fstat(Descriptor, &Status) == 0) {
    Opened.Bytes = map(Descriptor, Status);
    Opened.Identity = {Status.st_dev, Status.st_ino};
  }
  ::close(Descriptor);
  if (Opened.Bytes.empty())
    return Problem::Damaged;
  auto Tables = readTables(Opened.Bytes);
  if (!Tables) {
    Opened.close();
    return Tables.error();
  }
  Opened.Tables = *Tables;
  return Opened;
}

void LibraryFile::close() const {
  ::munmap(const_cast<uint8_t *>(Bytes.data()), Bytes.size());
}

} // namespace remoterun::executor
