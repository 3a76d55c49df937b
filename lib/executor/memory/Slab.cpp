//===- Slab.cpp - The guest's memory --------------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/memory/Slab.h"

#include <cerrno>
#include <cstring>
#include <iterator>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace remoterun::executor {

using wire::Protection;

int systemProtection(Protection Wanted) {
  switch (Wanted) {
  case Protection::Read:
    return PROT_READ;
  case Protection::ReadWrite:
    return PROT_READ | PROT_WRITE;
  case Protection::ReadExecute:
    return PROT_READ | PROT_EXEC;
  }
  return PROT_NONE;
}

namespace {

constexpr uint64_t MiB = 1024 * 1024;

void *mapNothing(void *Where, uint64_t Size, int ExtraFlags) {
  return ::mmap(Where, Size, PROT_NONE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | ExtraFlags, -1,
                0);
}

Expected<void> protect(ExecutorRange Range, int Protection) {
  if (Range.Size != 0 &&
      ::mprotect(memoryAt(Range.Start), Range.Size, Protection) != 0)
    return failure("cannot protect %llu bytes of the slab: %s",
                   static_cast<unsigned long long>(Range.Size),
                   strerror(errno));
  return {};
}

void release(ExecutorAddr From, ExecutorAddr To) {
  if (From < To)
    ::munmap(memoryAt(From), To - From);
}

} // namespace

Expected<Slab> Slab::reserve() {
  // RLIMIT_AS counts reservations; the libraries need most of what it leaves.
  rlimit Limit = {RLIM_INFINITY, RLIM_INFINITY};
  ::getrlimit(RLIMIT_AS, &Limit);
  static constexpr uint64_t Sizes[] = {1760 * MiB, 1024 * MiB, 256 * MiB,
                                       64 * MiB, 16 * MiB};
  static constexpr uintptr_t LowAddresses[] = {0x10000000, 0x1000000};
  for (uint64_t Size : Sizes) {
    // Of 32 bits of addresses, the kernel may keep a quarter.
    if (sizeof(void *) == 4 && Size > 1024 * MiB)
      continue;
    if (Size > Limit.rlim_cur / 4 && Size != Sizes[std::size(Sizes) - 1])
      continue;
    for (uintptr_t Low : LowAddresses) {
      void *Start = reinterpret_cast<void *>(Low);
      void *Got = mapNothing(Start, Size, MAP_FIXED_NOREPLACE);
      // Kernels before 4.17 take the flag for a hint.
      if (Got != MAP_FAILED && Got != Start)
        ::munmap(Got, Size);
      else if (Got != MAP_FAILED)
        return Slab({ExecutorAddr(Low), Size});
    }
    void *Anywhere = mapNothing(nullptr, Size, 0);
    if (Anywhere != MAP_FAILED)
      return Slab({ExecutorAddr(reinterpret_cast<uintptr_t>(Anywhere)), Size});
  }
  return failure("cannot reserve address space for the program: %s",
                 strerror(errno));
}

ExecutorRange Slab::usedRange() const {
  if (Segments.empty())
    return {Range.Start, 0};
  ExecutorAddr Start = Segments[0].Range.Start;
  ExecutorRange Last = Segments[Segments.size() - 1].Range;
  return {Start, Last.Start + Last.Size - Start};
}

Expected<void> Slab::commit(List<wire::Reserve::Segment> NewSegments,
                            bool InMemory) {
  if (IsCommitted)
    return failure("protocol error: a second Reserve");
  uint64_t PageMask = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) - 1;
  for (const wire::Reserve::Segment &Segment : NewSegments)
    if (!Range.contains(Segment.Range) ||
        ((Segment.Range.Start.value() | Segment.Range.Size) & PageMask) != 0)
      return failure("protocol error: a segment that is no range of pages in "
                     "the slab");
  Segments = std::move(NewSegments);
  IsCommitted = true;
  IsInMemory = InMemory;
  if (!InMemory)
    return {};
  for (const wire::Reserve::Segment &Segment : Segments)
    if (auto Done = protect(Segment.Range, PROT_READ | PROT_WRITE); !Done)
      return Done;
  return {};
}

const wire::Reserve::Segment *Slab::segmentOf(ExecutorRange Target) const {
  // Segments are ascending: find the last that starts at or before the target.
  size_t Low = 0, High = Segments.size();
  while (Low != High) {
    size_t Middle = Low + (High - Low) / 2;
    if (Segments[Middle].Range.Start <= Target.Start)
      Low = Middle + 1;
    else
      High = Middle;
  }
  if (Low == 0 || !Segments[Low - 1].Range.contains(Target))
    return nullptr;
  return &Segments[Low - 1];
}

bool Slab::holds(ExecutorRange Target) const {
  return segmentOf(Target) != nullptr;
}

bool Slab::holds(ExecutorRange Target, Protection Wanted) const {
  const wire::Reserve::Segment *Segment = segmentOf(Target);
  return Segment && Segment->Final == Wanted;
}

Expected<void> Slab::checkWrite(ExecutorRange Target) const {
  bool IsInside = isForImage() ? usedRange().contains(Target) : holds(Target);
  if (IsFinal || !IsInside)
    return failure("protocol error: a Write outside the reserved segments");
  return {};
}

Expected<std::span<uint8_t>> Slab::writable(ExecutorRange Target) {
  if (auto Allowed = checkWrite(Target); !Allowed)
    return Allowed.error();
  return std::span<uint8_t>(memoryAt(Target.Start), Target.Size);
}

Expected<void> Slab::beginFinal() {
  if (IsFinal)
    return failure("protocol error: a second Finalize");
  if (!IsCommitted)
    return failure("protocol error: Finalize without a Reserve before it");
  IsFinal = true;
  return {};
}

Expected<void> Slab::makeRoom() {
  if (auto Allowed = beginFinal(); !Allowed)
    return Allowed;
  release(Range.Start, Range.Start + Range.Size);
  return {};
}

bool Slab::claimRoom() const {
  ExecutorRange Used = usedRange();
  void *Start = memoryAt(Used.Start);
  void *Got = mapNothing(Start, Used.Size, 0);
  if (Got != MAP_FAILED && Got != Start)
    ::munmap(Got, Used.Size);
  return Got == Start;
}

Expected<void> Slab::startAgain() {
  if (IsFinal) {
    void *Start = memoryAt(Range.Start);
    void *Got = mapNothing(Start, Range.Size, MAP_FIXED_NOREPLACE);
    if (Got != MAP_FAILED && Got != Start)
      ::munmap(Got, Range.Size);
    if (Got != Start) {
      auto Other = reserve();
      if (!Other)
        return Other.error();
      Range = Other->Range;
    }
  }
  Segments.clear();
  IsCommitted = IsFinal = false;
  IsInMemory = true;
  return {};
}

Expected<void> Slab::finalize() {
  if (auto Allowed = beginFinal(); !Allowed)
    return Allowed;
  ExecutorAddr Used = Range.Start;
  for (const wire::Reserve::Segment &Segment : Segments) {
    release(Used, Segment.Range.Start);
    Used = Segment.Range.Start + Segment.Range.Size;
    if (Segment.Final == Protection::ReadWrite)
      continue;
    if (Segment.Final == Protection::ReadExecute)
      __builtin___clear_cache(
          reinterpret_cast<char *>(memoryAt(Segment.Range.Start)),
          reinterpret_cast<char *>(memoryAt(Used)));
    if (auto Done = protect(Segment.Range, systemProtection(Segment.Final));
        !Done)
      return Done;
  }
  release(Used, Range.Start + Range.Size);
  return {};
}

} // namespace remoterun::executor
