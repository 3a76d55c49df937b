//===- ThreadLocals.cpp - Room for the guest's native TLS -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/tls/ThreadLocals.h"
#include "executor/machine/Machine.h"
#include "executor/memory/Slab.h"
#include "executor/tls/LargeBlock.h"
#include "executor/tls/OtherThreads.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// The loader keeps an image only of variables that are not all zero, which the
/// guest's part shall be. Every thread pays for it with time and with stack:
/// one of PTHREAD_STACK_MIN can natively print to stderr, for which glibc and
/// the loader need 14 of its 16 KiB, and on s390x more.
struct ImagedBlock {
  alignas(UsualAlignment) uint8_t Guest[GuestThreadLocals];
  uint8_t NotZero;
};
thread_local ImagedBlock Block = {{}, 1};

/// In place of that, where the guest needs more.
LargeBlock Large;
uint32_t LargeSize = 0, LargeAlignment = 0;

uint32_t blockSize() { return LargeSize ? LargeSize : GuestThreadLocals; }
uint32_t blockAlignment() {
  return LargeSize ? LargeAlignment : UsualAlignment;
}

uint8_t *blockOfThisThread() {
  return LargeSize ? reinterpret_cast<uint8_t *>(
                         threadPointer() + static_cast<uintptr_t>(Large.Offset))
                   : Block.Guest;
}

/// The executor's own segments, the first that the loader reports.
struct OwnSegments {
  uint8_t *Image = nullptr; ///< What new threads get as their block.
  uintptr_t ReadOnlyStart = 0, ReadOnlyEnd = 0; ///< After relocation.
};

int findOwnSegments(dl_phdr_info *Info, size_t, void *Result) {
  auto &Own = *static_cast<OwnSegments *>(Result);
  for (int I = 0; I != Info->dlpi_phnum; ++I) {
    const ElfW(Phdr) &Header = Info->dlpi_phdr[I];
    uintptr_t Start = Info->dlpi_addr + Header.p_vaddr;
    if (Header.p_type == PT_TLS) {
      // Other variables of the executor may stand before the block.
      auto *OfThisThread = static_cast<uint8_t *>(Info->dlpi_tls_data);
      Own.Image =
          reinterpret_cast<uint8_t *>(Start) + (Block.Guest - OfThisThread);
    } else if (Header.p_type == PT_GNU_RELRO) {
      Own.ReadOnlyStart = Start;
      Own.ReadOnlyEnd = Start + Header.p_memsz;
    }
  }
  return 1;
}

/// What is called in other threads takes no argument.
const List<wire::Run::ThreadLocalImage> *Initial = nullptr;

void fill(uint8_t *Target) {
  std::memset(Target, 0, blockSize());
  for (const wire::Run::ThreadLocalImage &Part : *Initial)
    std::memcpy(Target + Part.Offset, memoryAt(Part.Image.Start),
                Part.Image.Size);
}

void fillOfThisThread() { fill(blockOfThisThread()); }

Expected<void> protect(uintptr_t Start, uintptr_t End, int Protection) {
  if (Start < End &&
      ::mprotect(reinterpret_cast<void *>(Start), End - Start, Protection) != 0)
    return failure("cannot change what new threads start with: %s",
                   std::strerror(errno));
  return {};
}

/// What every thread that starts from now on gets as its block.
Expected<void> fillImage() {
  if (LargeSize) {
    fill(Large.Image);
    return {};
  }
  OwnSegments Own;
  ::dl_iterate_phdr(findOwnSegments, &Own);
  auto PageSize = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  auto ImageStart = reinterpret_cast<uintptr_t>(Own.Image);
  uintptr_t Start = ImageStart & -PageSize;
  uintptr_t End = (ImageStart + GuestThreadLocals + PageSize - 1) & -PageSize;
  if (auto Opened = protect(Start, End, PROT_READ | PROT_WRITE); !Opened)
    return Opened;
  fill(Own.Image);
  // The loader protects the whole pages of it.
  return protect(std::max(Start, Own.ReadOnlyStart & -PageSize),
                 std::min(End, Own.ReadOnlyEnd & -PageSize), PROT_READ);
}

} // namespace

Expected<void> enlargeThreadLocals(uint32_t Size, uint32_t Alignment) {
  LargeAlignment = std::max(Alignment, UsualAlignment);
  auto Made = makeLargeBlock(Size, LargeAlignment);
  if (!Made)
    return Made.error();
  Large = *Made;
  LargeSize = Size;
  return {};
}

bool hasLargeBlock() { return LargeSize != 0; }

wire::ThreadLocalBlock threadLocalBlock() {
  auto Offset = static_cast<int64_t>(
      reinterpret_cast<uintptr_t>(blockOfThisThread()) - threadPointer());
  return {Offset, blockSize(), blockAlignment(),
          std::max(blockSize(), largestBlock()),
          std::max(blockAlignment(), strictestAlignment())};
}

bool fitsThreadLocalBlock(const wire::Run::ThreadLocalImage &Part) {
  return Part.Offset <= blockSize() &&
         Part.Image.Size <= blockSize() - Part.Offset;
}

std::optional<uint64_t> offsetInExecutable(uint64_t Offset, uint64_t Size) {
  if (Offset > blockSize() || Size > blockSize() - Offset)
    return std::nullopt;
  // The executable is the first.
  void *OfThisThread = nullptr;
  ::dl_iterate_phdr(
      [](dl_phdr_info *Info, size_t, void *Start) {
        *static_cast<void **>(Start) = Info->dlpi_tls_data;
        return 1;
      },
      &OfThisThread);
  return reinterpret_cast<uintptr_t>(blockOfThisThread()) -
         reinterpret_cast<uintptr_t>(OfThisThread) + Offset;
}

Expected<void>
initializeThreadLocals(const List<wire::Run::ThreadLocalImage> &Images) {
  if (Images.empty())
    return {};
  Initial = &Images;
  auto Filled = fillImage();
  if (Filled)
    Filled = callInOtherThreads(fillOfThisThread);
  fillOfThisThread();
  Initial = nullptr;
  return Filled;
}

ThreadLocalIndex findThreadLocal(const void *Instance) {
  struct Search {
    uintptr_t Wanted;
    ThreadLocalIndex Found;
  } Search{reinterpret_cast<uintptr_t>(Instance), {}};
  auto Visit = [](dl_phdr_info *Info, size_t, void *Context) {
    auto &Search = *static_cast<struct Search *>(Context);
    auto Start = reinterpret_cast<uintptr_t>(Info->dlpi_tls_data);
    for (int I = 0; I != Info->dlpi_phnum; ++I)
      if (Start != 0 && Info->dlpi_phdr[I].p_type == PT_TLS &&
          Search.Wanted - Start < Info->dlpi_phdr[I].p_memsz)
        Search.Found = {Info->dlpi_tls_modid,
                        Search.Wanted - Start - ThreadLocalBias};
    return Search.Found.Module != 0 ? 1 : 0;
  };
  ::dl_iterate_phdr(Visit, &Search);
  return Search.Found;
}

} // namespace remoterun::executor
