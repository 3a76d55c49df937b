//===- ProgramEntry.cpp - The program among loaded objects ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What dl_iterate_phdr(3) tells stands in the part of an entry that <link.h>
// does not show: where the program headers are, the address to start at, and
// the number of headers, one behind the other in every glibc since 2.28. Where
// that is in an entry is found by what the kernel has told of the executor, and
// has to be found by what the image's file header says of the image as well.
//
//===----------------------------------------------------------------------===//

#include "executor/loader/ProgramEntry.h"
#include "executor/loader/LinkMap.h"

#include <cstring>
#include <optional>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// As it stands in an entry.
struct Headers {
  const ElfW(Phdr) * Table;
  ElfW(Addr) Start;
  ElfW(Half) Count;

  bool operator==(const Headers &) const = default;
};

/// Of a process, in which there is one program.
struct {
  link_map *Entry = nullptr; ///< The program's own.
  const ElfW(Ehdr) *File = nullptr;
  link_map *First = nullptr; ///< The executor's, if it tells of the program.
  size_t Place = 0;          ///< Of the headers in both.
  Headers Executors = {}, Programs = {};
} Its;

Headers headersIn(const link_map *Entry, size_t Place) {
  Headers Found;
  auto *At = reinterpret_cast<const char *>(Entry) + Place;
  std::memcpy(&Found.Table, At, sizeof(Found.Table));
  std::memcpy(&Found.Start, At + sizeof(Found.Table), sizeof(Found.Start));
  std::memcpy(&Found.Count, At + sizeof(Found.Table) + sizeof(Found.Start),
              sizeof(Found.Count));
  return Found;
}

/// The address to start at is nobody's after the start.
void setHeaders(link_map *Entry, const Headers &Told) {
  auto *At = reinterpret_cast<char *>(Entry) + Its.Place;
  std::memcpy(At, &Told.Table, sizeof(Told.Table));
  std::memcpy(At + sizeof(Told.Table) + sizeof(Told.Start), &Told.Count,
              sizeof(Told.Count));
}

/// Where in both entries the headers are that they should have.
std::optional<size_t> placeOfHeaders(const link_map *First) {
  constexpr size_t Word = sizeof(ElfW(Addr)), Most = 120 * Word;
  std::optional<size_t> Found;
  for (size_t At = sizeof(link_map); At != Most; At += Word) {
    if (headersIn(First, At) != Its.Executors)
      continue;
    if (Found)
      return std::nullopt;
    Found = At;
  }
  return Found && headersIn(Its.Entry, *Found) == Its.Programs ? Found
                                                               : std::nullopt;
}

const ElfW(Phdr) * find(const Headers &Among, ElfW(Word) Type) {
  for (unsigned I = 0; I != Among.Count; ++I)
    if (Among.Table[I].p_type == Type)
      return &Among.Table[I];
  return nullptr;
}

ElfW(Dyn) * dynamicSection(const Headers &Object) {
  const ElfW(Phdr) *Segment = find(Object, PT_DYNAMIC);
  return Segment ? reinterpret_cast<ElfW(Dyn) *>(Segment->p_vaddr) : nullptr;
}

/// The image has left room for what the dynamic linker would have allocated a
/// block for.
void tellThreadLocals() {
  const ElfW(Phdr) *Block = find(Its.Executors, PT_TLS);
  const ElfW(Phdr) *Room = find(Its.Programs, PT_NULL);
  if (!Block || !Room)
    return;
  auto PageSize = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  auto Start = reinterpret_cast<uintptr_t>(Room), End = Start + sizeof(*Room);
  Start &= -PageSize;
  auto *Pages = reinterpret_cast<void *>(Start);
  size_t Size = ((End + PageSize - 1) & -PageSize) - Start;
  if (::mprotect(Pages, Size, PROT_READ | PROT_WRITE) != 0)
    return;
  std::memcpy(const_cast<ElfW(Phdr) *>(Room), Block, sizeof(*Block));
  ::mprotect(Pages, Size, PROT_READ);
}

/// Sanitizers' runtimes take the first object for the file that the kernel says
/// is executed, and ask it by no function of libc's.
bool asksKernelForFile() {
  auto Name = SymbolName::parse("__sanitizer_symbolize_pc");
  for (const LinkMapEntry &Object : linkMap())
    if (Object.Tables.find(*Name))
      return true;
  return false;
}

const ElfW(Dyn) * debugEntry() {
  for (const ElfW(Dyn) *Entry = _DYNAMIC; Entry->d_tag != DT_NULL; ++Entry)
    if (Entry->d_tag == DT_DEBUG)
      return Entry;
  return nullptr;
}

} // namespace

bool completeExecutable(int File) {
  ElfW(Ehdr) Header;
  if (::pread(File, &Header, sizeof(Header), 0) != sizeof(Header))
    return false;
  ElfW(Phdr) Segments[24];
  size_t Size = Header.e_phnum * sizeof(Segments[0]);
  if (Size > sizeof(Segments) ||
      ::pread(File, Segments, Size, static_cast<off_t>(Header.e_phoff)) !=
          static_cast<ssize_t>(Size))
    return false;
  const ElfW(Phdr) *Dynamic = find(
      {.Table = Segments, .Start = 0, .Count = Header.e_phnum}, PT_DYNAMIC);
  ElfW(Dyn) First;
  const ElfW(Dyn) *Debug = debugEntry();
  if (!Dynamic || !Debug ||
      ::pread(File, &First, sizeof(First),
              static_cast<off_t>(Dynamic->p_offset)) != sizeof(First) ||
      First.d_tag != DT_DEBUG)
    return false;
  return ::pwrite(File, Debug, sizeof(*Debug),
                  static_cast<off_t>(Dynamic->p_offset)) == sizeof(*Debug);
}

void noteProgramEntry(link_map *Entry, ExecutorAddr Start) {
  Its.Entry = Entry;
  Its.File = reinterpret_cast<const ElfW(Ehdr) *>(
      static_cast<uintptr_t>(Start.value()));
}

void putProgramFirst(bool OwnsBlock) {
  link_map *First = firstInLinkMap();
  // All that follows takes addresses for what headers say.
  if (!Its.Entry || !First || First->l_addr != 0 || Its.Entry->l_addr != 0)
    return;
  auto File = reinterpret_cast<ElfW(Addr)>(Its.File);
  Its.Programs = {
      reinterpret_cast<const ElfW(Phdr) *>(File + Its.File->e_phoff),
      Its.File->e_entry, Its.File->e_phnum};
  Its.Executors = {reinterpret_cast<const ElfW(Phdr) *>(::getauxval(AT_PHDR)),
                   static_cast<ElfW(Addr)>(::getauxval(AT_ENTRY)),
                   static_cast<ElfW(Half)>(::getauxval(AT_PHNUM))};
  auto Place = placeOfHeaders(First);
  if (!Place || !dynamicSection(Its.Programs) || asksKernelForFile())
    return;
  Its.Place = *Place;
  Its.First = First;
  if (OwnsBlock)
    tellThreadLocals();
  holdLinkMap(
      [](void *) {
        setHeaders(Its.First, Its.Programs);
        Its.First->l_ld = dynamicSection(Its.Programs);
      },
      nullptr);
}

void hideExecutorBehind() {
  if (!Its.First)
    return;
  holdLinkMap(
      [](void *) {
        setHeaders(Its.Entry, Its.Executors);
        Its.Entry->l_ld = dynamicSection(Its.Executors);
      },
      nullptr);
}

link_map *programEntry() { return Its.Entry; }

link_map *shownProgramEntry() { return Its.First ? Its.First : Its.Entry; }

const char *nameOfObject(const dl_phdr_info &Object) {
  if (Its.First && Object.dlpi_phdr == Its.Programs.Table)
    return Its.Entry->l_name;
  if (Its.First && Object.dlpi_phdr == Its.Executors.Table)
    return Its.First->l_name;
  return Object.dlpi_name;
}

} // namespace remoterun::executor
