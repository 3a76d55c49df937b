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

namespace remoterun::executor {

using Problem = LibraryFile::Problem;

namespace {

constexpr unsigned char OwnClass =
    sizeof(ElfW(Addr)) == 8 ? ELFCLASS64 : ELFCLASS32;
constexpr unsigned char OwnOrder =
    std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

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

Result<LibraryFile, Problem> LibraryFile::open(const char *Path) {
  auto File = MappedFile::open(Path);
  if (!File)
    return Problem::Missing;
  if (File->Bytes.empty())
    return Problem::Damaged;
  auto Tables = readTables(File->Bytes);
  if (!Tables) {
    File->unmap();
    return Tables.error();
  }
  return LibraryFile{*File, *Tables};
}

} // namespace remoterun::executor
