//===- BuildId.cpp - Which file a library was loaded from -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/BuildId.h"

#include <cstring>
#include <elf.h>
#include <link.h>

namespace remoterun::executor {

namespace {

constexpr size_t LongestId = 64;

/// Rounded up as notes are (ELF gABI, "Note Section").
size_t aligned(size_t Size) { return (Size + 3) & ~size_t(3); }

std::string_view findInNotes(const uint8_t *Notes, size_t Size) {
  while (Size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) Note;
    std::memcpy(&Note, Notes, sizeof(Note));
    size_t NameSize = aligned(Note.n_namesz), IdSize = aligned(Note.n_descsz);
    if (NameSize > Size - sizeof(Note) ||
        IdSize > Size - sizeof(Note) - NameSize)
      return {};
    const uint8_t *Name = Notes + sizeof(Note);
    if (Note.n_type == NT_GNU_BUILD_ID && Note.n_descsz <= LongestId &&
        Note.n_namesz == sizeof(ELF_NOTE_GNU) &&
        std::memcmp(Name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) == 0)
      return {reinterpret_cast<const char *>(Name + NameSize), Note.n_descsz};
    size_t NoteSize = sizeof(Note) + NameSize + IdSize;
    Notes += NoteSize;
    Size -= NoteSize;
  }
  return {};
}

} // namespace

std::string_view buildIdOf(const uint8_t *Start, uint64_t LoadBias) {
  ElfW(Ehdr) Header;
  std::memcpy(&Header, Start, sizeof(Header));
  // What is mapped there may be another part of the file; what linkers make
  // has the program headers in the first page.
  constexpr size_t SmallestPage = 4096;
  if (std::memcmp(Header.e_ident, ELFMAG, SELFMAG) != 0 ||
      Header.e_phentsize != sizeof(ElfW(Phdr)) ||
      Header.e_phoff > SmallestPage ||
      Header.e_phoff + Header.e_phnum * sizeof(ElfW(Phdr)) > SmallestPage)
    return {};
  for (size_t I = 0; I != Header.e_phnum; ++I) {
    ElfW(Phdr) Segment;
    std::memcpy(&Segment, Start + Header.e_phoff + I * sizeof(Segment),
                sizeof(Segment));
    if (Segment.p_type != PT_NOTE)
      continue;
    auto *Notes = reinterpret_cast<const uint8_t *>(
        static_cast<uintptr_t>(LoadBias + Segment.p_vaddr));
    if (std::string_view Id = findInNotes(Notes, Segment.p_memsz); !Id.empty())
      return Id;
  }
  return {};
}

} // namespace remoterun::executor
