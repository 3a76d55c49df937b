//===- OwnMemory.cpp - Memory that is not the guest's heap ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/base/OwnMemory.h"
#include "wire/List.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <pthread.h>
#include <sys/mman.h>

namespace remoterun::executor {

namespace {

constexpr size_t Smallest = 64, LargestShared = 16 * 1024;
constexpr size_t ChunkSize = 256 * 1024;

/// A block that nobody uses, in the list of those of its size.
struct FreeBlock {
  FreeBlock *Next;
};
/// By the logarithm of the size.
FreeBlock *FreeBlocks[16];

/// The rest of the current chunk. Pages cost nothing until they are used.
char *ChunkRest = nullptr, *ChunkEnd = nullptr;

void *map(size_t Size) {
  void *Pages = ::mmap(nullptr, Size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return Pages == MAP_FAILED ? nullptr : Pages;
}

size_t blockSize(size_t Size) {
  return std::bit_ceil(std::max(Size, Smallest));
}

FreeBlock *&freeBlocksOf(size_t BlockSize) {
  return FreeBlocks[std::countr_zero(BlockSize)];
}

void *takeShared(size_t BlockSize) {
  if (FreeBlock *&First = freeBlocksOf(BlockSize)) {
    FreeBlock *Taken = First;
    First = Taken->Next;
    return Taken;
  }
  if (static_cast<size_t>(ChunkEnd - ChunkRest) < BlockSize) {
    ChunkRest = static_cast<char *>(map(ChunkSize));
    if (!ChunkRest)
      return ChunkEnd = nullptr;
    ChunkEnd = ChunkRest + ChunkSize;
  }
  ChunkRest += BlockSize;
  return ChunkRest - BlockSize;
}

void *take(size_t Size) {
  return Size <= LargestShared ? takeShared(blockSize(Size)) : map(Size);
}

void giveBack(void *Memory, size_t Size) {
  if (Size > LargestShared) {
    ::munmap(Memory, Size);
    return;
  }
  FreeBlock *&First = freeBlocksOf(blockSize(Size));
  First = new (Memory) FreeBlock{First};
}

pthread_mutex_t Guard = PTHREAD_MUTEX_INITIALIZER;

void *resizeOwnMemory(void *Memory, size_t OldSize, size_t NewSize) {
  if (OldSize > LargestShared && NewSize > LargestShared) {
    void *Moved = ::mremap(Memory, OldSize, NewSize, MREMAP_MAYMOVE);
    if (Moved != MAP_FAILED)
      return Moved;
    if (onOwnMemoryExhausted)
      onOwnMemoryExhausted();
    return nullptr;
  }
  void *Taken = NewSize == 0 ? nullptr : take(NewSize);
  if (!Taken && NewSize != 0 && onOwnMemoryExhausted)
    onOwnMemoryExhausted();
  if (Taken && OldSize != 0)
    std::memcpy(Taken, Memory, std::min(OldSize, NewSize));
  if (OldSize != 0 && (Taken || NewSize == 0))
    giveBack(Memory, OldSize);
  return Taken;
}

} // namespace

void useOwnMemory() { resizeListMemory = resizeOwnMemory; }

void shareOwnMemory() {
  resizeListMemory = [](void *Memory, size_t OldSize, size_t NewSize) {
    pthread_mutex_lock(&Guard);
    void *Resized = resizeOwnMemory(Memory, OldSize, NewSize);
    pthread_mutex_unlock(&Guard);
    return Resized;
  };
}

} // namespace remoterun::executor
