//===- ExecutableTables.cpp - The executable's dynamic symbols ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/ExecutableTables.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace remoterun::executor {

namespace {

uintptr_t pageMask() { return ~(uintptr_t(::sysconf(_SC_PAGESIZE)) - 1); }

bool protect(uintptr_t Start, uintptr_t End, int Protection) {
  return ::mprotect(reinterpret_cast<void *>(Start), End - Start, Protection) ==
         0;
}

} // namespace

WritablePages::WritablePages(WritablePages &&Other) noexcept
    : Ranges(Other.Ranges), Count(std::exchange(Other.Count, 0)) {}

WritablePages::~WritablePages() {
  while (Count-- != 0)
    protect(Ranges[Count].Start, Ranges[Count].End, Ranges[Count].Old);
}

Expected<void> WritablePages::add(uintptr_t Start, uintptr_t End, int Old) {
  if (Old & PROT_WRITE)
    return {};
  if (!protect(Start, End, PROT_READ | PROT_WRITE))
    return failure("cannot make the executor's symbol table writable: %s",
                   strerror(errno));
  Ranges[Count++] = {Start, End, Old};
  return {};
}

void ExecutableTables::readDynamicSection(ElfW(Dyn) * Entry) {
  // glibc adds the bias in place, on some architectures when it reads them.
  auto At = [&](const ElfW(Dyn) & Tag) {
    uintptr_t Value = Tag.d_un.d_ptr;
    return Value < LoadBias ? Value + LoadBias : Value;
  };
  for (; Entry->d_tag != DT_NULL; ++Entry) {
    switch (Entry->d_tag) {
    case DT_SYMTAB:
      Symbols = reinterpret_cast<ElfW(Sym) *>(At(*Entry));
      break;
    case DT_STRTAB:
      StringsEntry = Entry;
      Strings = reinterpret_cast<const char *>(At(*Entry));
      HasAddresses = Entry->d_un.d_ptr >= LoadBias;
      break;
    case DT_STRSZ:
      StringsSizeEntry = Entry;
      StringsSize = Entry->d_un.d_val;
      break;
    case DT_VERSYM:
      Versions = reinterpret_cast<ElfW(Half) *>(At(*Entry));
      break;
    case DT_HASH:
      auto *Hash = reinterpret_cast<Elf_Symndx *>(At(*Entry));
      Buckets = {Hash + 2, static_cast<size_t>(Hash[0])};
      SymbolCount = Hash[1];
      Chains = Hash + 2 + Hash[0];
      break;
    }
  }
}

Expected<ExecutableTables> ExecutableTables::read() {
  // The executable is the first.
  dl_phdr_info Executable = {};
  ::dl_iterate_phdr(
      [](dl_phdr_info *Info, size_t, void *First) {
        *static_cast<dl_phdr_info *>(First) = *Info;
        return 1;
      },
      &Executable);
  ExecutableTables Found;
  Found.LoadBias = Executable.dlpi_addr;
  Found.Segments = {Executable.dlpi_phdr, Executable.dlpi_phnum};
  for (const ElfW(Phdr) &Segment : Found.Segments)
    if (Segment.p_type == PT_DYNAMIC)
      Found.readDynamicSection(
          reinterpret_cast<ElfW(Dyn) *>(Found.LoadBias + Segment.p_vaddr));
  if (!Found.Symbols || !Found.StringsEntry || !Found.StringsSizeEntry ||
      Found.Buckets.empty())
    return failure("this executable's dynamic symbol table cannot be extended: "
                   "it has no hash table of the kind of --hash-style=sysv");
  return Found;
}

Expected<int> ExecutableTables::protectionOf(uintptr_t Page) const {
  uintptr_t Mask = pageMask(), PageEnd = Page - Mask;
  uint32_t Flags = 0;
  bool IsRelro = false;
  for (const ElfW(Phdr) &Segment : Segments) {
    uintptr_t Start = LoadBias + Segment.p_vaddr;
    uintptr_t End = Start + Segment.p_memsz;
    if (Segment.p_type == PT_LOAD && Start < PageEnd && Page < End)
      Flags |= Segment.p_flags;
    // The dynamic linker leaves a last page that is shared with data writable.
    if (Segment.p_type == PT_GNU_RELRO && Page >= (Start & Mask) &&
        Page < (End & Mask))
      IsRelro = true;
  }
  if (Flags & PF_X)
    return failure("this executable's dynamic symbol table cannot be extended: "
                   "there is code in its pages (link with -z separate-code)");
  return Flags & PF_W && !IsRelro ? PROT_READ | PROT_WRITE : PROT_READ;
}

Expected<void> ExecutableTables::makeWritable(WritablePages &Pages,
                                              const void *Start,
                                              size_t Size) const {
  uintptr_t Mask = pageMask(), PageSize = -Mask;
  uintptr_t First = reinterpret_cast<uintptr_t>(Start) & Mask;
  uintptr_t Last = (reinterpret_cast<uintptr_t>(Start) + Size - 1) & Mask;
  auto Old = protectionOf(First);
  for (uintptr_t Page = First; Old && Page != Last;) {
    Page += PageSize;
    auto Next = protectionOf(Page);
    if (!Next || *Next != *Old)
      Old = Next ? failure("a table of the executor's that is half protected")
                 : Next.error();
  }
  if (!Old)
    return Old.error();
  return Pages.add(First, Last + PageSize, *Old);
}

Expected<WritablePages> ExecutableTables::makeWritable() const {
  WritablePages Pages;
  if (auto Done = makeWritable(Pages, Buckets.data(), Buckets.size_bytes());
      !Done)
    return Done.error();
  for (const ElfW(Dyn) *Entry : {StringsEntry, StringsSizeEntry})
    if (auto Done = makeWritable(Pages, Entry, sizeof(*Entry)); !Done)
      return Done.error();
  return Pages;
}

//===----------------------------------------------------------------------===//
// Entries behind the ends of the tables
//===----------------------------------------------------------------------===//

namespace {

/// Where a table has the entry \p Index, as the dynamic linker computes it.
template <typename T> T *entryAt(T *Table, Elf_Symndx Index) {
  return reinterpret_cast<T *>(reinterpret_cast<uintptr_t>(Table) +
                               static_cast<uintptr_t>(Index) * sizeof(T));
}

/// New pages for what a table has in a row; nothing where they are not free.
class Row {
public:
  template <typename T> Row(T *First, size_t Count) {
    uintptr_t Mask = pageMask();
    Start = reinterpret_cast<uintptr_t>(First) & Mask;
    Size = ((reinterpret_cast<uintptr_t>(First + Count) - 1) & Mask) - Mask -
           Start;
    // As a hint, which everybody understands: older kernels, and emulators.
    void *Wanted = reinterpret_cast<void *>(Start);
    Mapped = ::mmap(Wanted, Size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    IsThere = Mapped == Wanted;
  }
  Row(const Row &) = delete;
  Row &operator=(const Row &) = delete;
  ~Row() {
    if (!IsKept && Mapped != MAP_FAILED)
      ::munmap(Mapped, Size);
  }

  bool isThere() const { return IsThere; }
  void keep() { IsKept = true; }

private:
  uintptr_t Start;
  size_t Size;
  void *Mapped;
  bool IsThere, IsKept = false;
};

} // namespace

ElfW(Sym) * ExecutableTables::symbolAt(Elf_Symndx Index) const {
  return entryAt(Symbols, Index);
}

Elf_Symndx *ExecutableTables::chainAt(Elf_Symndx Index) const {
  return entryAt(Chains, Index);
}

ElfW(Half) * ExecutableTables::versionAt(Elf_Symndx Index) const {
  return entryAt(Versions, Index);
}

Expected<Elf_Symndx> ExecutableTables::makeRoom(size_t Count) const {
  // As far behind the executable as the table of the largest entries can be:
  // the heap grows there.
  uintptr_t Last = -reinterpret_cast<uintptr_t>(Symbols) / sizeof(*Symbols) / 2;
  constexpr uintptr_t Most = 0xf0000000;
  constexpr uintptr_t Least = 0x100000;
  for (uintptr_t First = std::min(Last, Most); First >= Least;
       First -= First / 8) {
    auto Index = static_cast<Elf_Symndx>(First);
    Row OfSymbols(symbolAt(Index), Count), OfChains(chainAt(Index), Count);
    if (!OfSymbols.isThere() || !OfChains.isThere())
      continue;
    if (Versions) {
      Row OfVersions(versionAt(Index), Count);
      if (!OfVersions.isThere())
        continue;
      std::fill_n(versionAt(Index), Count, ElfW(Half)(VER_NDX_GLOBAL));
      OfVersions.keep();
    }
    OfSymbols.keep();
    OfChains.keep();
    return Index;
  }
  return failure("there is no room for %zu names behind the executable", Count);
}

void ExecutableTables::moveStrings(const char *Moved, size_t Size) const {
  uintptr_t Address =
      reinterpret_cast<uintptr_t>(Moved) - (HasAddresses ? 0 : LoadBias);
  __atomic_store_n(&StringsEntry->d_un.d_ptr, Address, __ATOMIC_RELEASE);
  StringsSizeEntry->d_un.d_val = Size;
}

} // namespace remoterun::executor
