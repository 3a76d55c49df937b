//===- LinkerHeap.cpp - The dynamic linker's memory -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LinkerHeap.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

std::atomic<bool> IsAside = false;

/// Nothing is taken out of it again but by the end of the process: there are a
/// few descriptions of libraries, which stay.
/// In one object, so that what is counted and what is taken first are in one
/// page.
struct {
  alignas(std::max_align_t) std::atomic<size_t> Used = 0;
  alignas(std::max_align_t) char Blocks[256 * 1024];
} Pool;

/// Before each block: its size.
constexpr size_t HeaderSize = alignof(std::max_align_t);

bool isOfPool(const void *Block) {
  return Block >= Pool.Blocks && Block < std::end(Pool.Blocks);
}

/// Null where the pool is exhausted. What it returns is zero.
void *takeFromPool(size_t Size) {
  size_t Needed =
      HeaderSize + (Size + HeaderSize - 1) / HeaderSize * HeaderSize;
  if (Needed < Size || Needed > sizeof(Pool.Blocks))
    return nullptr;
  // Threads of a library's constructors allocate their thread-local variables.
  size_t Start = Pool.Used.load(std::memory_order_relaxed);
  do {
    if (Needed > sizeof(Pool.Blocks) - Start)
      return nullptr;
  } while (!Pool.Used.compare_exchange_weak(Start, Start + Needed,
                                            std::memory_order_relaxed));
  char *Block = Pool.Blocks + Start;
  std::memcpy(Block, &Size, sizeof(Size));
  return Block + HeaderSize;
}

void *allocate(size_t Size) {
  if (IsAside)
    if (void *Block = takeFromPool(Size))
      return Block;
  return std::malloc(Size);
}

void *allocateZeroed(size_t Count, size_t Size) {
  size_t Total;
  if (IsAside && !__builtin_mul_overflow(Count, Size, &Total))
    if (void *Block = takeFromPool(Total))
      return Block;
  return std::calloc(Count, Size);
}

void release(void *Block) {
  if (!isOfPool(Block))
    std::free(Block);
}

void *resize(void *Block, size_t Size) {
  if (Block && !isOfPool(Block))
    return std::realloc(Block, Size);
  void *Moved = allocate(Size);
  if (Block && Moved) {
    size_t OldSize;
    std::memcpy(&OldSize, static_cast<char *>(Block) - HeaderSize,
                sizeof(OldSize));
    std::memcpy(Moved, Block, std::min(OldSize, Size));
  }
  return Moved;
}

struct Range {
  uintptr_t Start = 0, End = 0;
};

/// The part of the dynamic linker that is read-only once it has relocated
/// itself.
Range ownDataOfLinker() {
  Range Found;
  ::dl_iterate_phdr(
      [](dl_phdr_info *Object, size_t, void *Result) {
        if (Object->dlpi_addr != ::getauxval(AT_BASE) || !Object->dlpi_addr)
          return 0;
        for (int I = 0; I != Object->dlpi_phnum; ++I)
          if (Object->dlpi_phdr[I].p_type == PT_GNU_RELRO) {
            auto &Its = *static_cast<Range *>(Result);
            Its.Start = Object->dlpi_addr + Object->dlpi_phdr[I].p_vaddr;
            Its.End = Its.Start + Object->dlpi_phdr[I].p_memsz;
          }
        return 1;
      },
      &Found);
  return Found;
}

uintptr_t addressOf(auto *Function) {
  return reinterpret_cast<uintptr_t>(Function);
}

/// Puts ours in the place of libc's, for good: what they have allocated must be
/// freed by them.
void replaceAllocator() {
  const struct {
    uintptr_t OfLibc, Ours;
  } Functions[] = {
      {addressOf(static_cast<void *(*)(size_t)>(std::malloc)),
       addressOf(allocate)},
      {addressOf(static_cast<void *(*)(size_t, size_t)>(std::calloc)),
       addressOf(allocateZeroed)},
      {addressOf(static_cast<void (*)(void *)>(std::free)), addressOf(release)},
      {addressOf(static_cast<void *(*)(void *, size_t)>(std::realloc)),
       addressOf(resize)}};
  Range Data = ownDataOfLinker();
  auto PageMask = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE)) - 1;
  constexpr uintptr_t Word = sizeof(uintptr_t);
  uintptr_t *Found[std::size(Functions)] = {};
  for (uintptr_t At = (Data.Start + Word - 1) & -Word; At + Word <= Data.End;
       At += Word)
    for (size_t I = 0; I != std::size(Functions); ++I)
      if (auto *Slot = reinterpret_cast<uintptr_t *>(At);
          *Slot == Functions[I].OfLibc)
        // Twice is once too often to know what it is.
        Found[I] = Found[I] ? nullptr : Slot;
  for (uintptr_t *Slot : Found)
    if (!Slot)
      return;
  uintptr_t First =
      addressOf(*std::min_element(Found, std::end(Found))) & ~PageMask;
  uintptr_t Last = addressOf(*std::max_element(Found, std::end(Found)));
  size_t Size = ((Last + Word + PageMask) & ~PageMask) - First;
  auto *Pages = reinterpret_cast<void *>(First);
  if (::mprotect(Pages, Size, PROT_READ | PROT_WRITE) != 0)
    return;
  for (size_t I = 0; I != std::size(Functions); ++I)
    *Found[I] = Functions[I].Ours;
  // What is behind the last whole page of it is data, and stays writable.
  uintptr_t End = std::min(First + Size, Data.End & ~PageMask);
  if (First < End)
    ::mprotect(Pages, End - First, PROT_READ);
  IsAside = true;
}

} // namespace

LinkerHeapAside::LinkerHeapAside() {
  // What is loaded before all else may count what is freed: valgrind has libc
  // free at the end what the dynamic linker has allocated.
  const char *Preloaded = ::getenv("LD_PRELOAD");
  if (Preloaded && *Preloaded)
    return;
  static bool IsReplaced = false;
  if (IsReplaced) {
    IsAside = true;
    return;
  }
  replaceAllocator();
  IsReplaced = IsAside;
}

LinkerHeapAside::~LinkerHeapAside() { IsAside = false; }

} // namespace remoterun::executor
