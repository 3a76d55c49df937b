//===- Slab.h - The guest's memory ------------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One address range, reserved before Hello, in which the controller places the
// whole program by itself. At no time is a page writable and executable.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MEMORY_SLAB_H
#define REMOTERUN_EXECUTOR_MEMORY_SLAB_H

#include "executor/base/Failure.h"
#include "remote-run/ExecutorAddr.h"
#include "wire/Messages.h"

#include <cstdint>
#include <span>

namespace remoterun::executor {

class Slab {
public:
  /// Reserves address space, in the lowest 2 GiB if that is free: code of the
  /// static relocation model holds 32-bit absolute addresses (x86-64 psABI,
  /// "Small code model"). Costs no memory.
  static Expected<Slab> reserve();

  ExecutorRange range() const { return Range; }
  /// Whether the dynamic linker maps the program.
  bool isForImage() const { return IsCommitted && !IsInMemory; }

  /// From the first to the end of the last segment.
  ExecutorRange usedRange() const;

  /// Notes \p Segments, once only; with \p InMemory, they become writable and
  /// zero. Otherwise they are those of an image's file.
  Expected<void> commit(List<wire::Reserve::Segment> Segments, bool InMemory);

  /// The memory behind \p Target, which must lie inside one segment; only
  /// between commit and finalize.
  Expected<std::span<uint8_t>> writable(ExecutorRange Target);

  /// Whether something may be written to \p Target now: inside one segment, or
  /// anywhere in the file of an image.
  Expected<void> checkWrite(ExecutorRange Target) const;

  /// Gives all of it back, for an image to be mapped there.
  Expected<void> makeRoom();

  /// After makeRoom(): whether who asks the system for the place of the image,
  /// as the dynamic linker does, gets it. If so, that much is reserved again.
  /// Elsewhere it cannot be: glibc before 2.35 would write to its .dynamic,
  /// which is read-only.
  bool claimRoom() const;

  /// After makeRoom(), or commit() for an image: reserves again, at the same
  /// place if that is free, and forgets what was committed.
  Expected<void> startAgain();

  /// Sets the final protections, makes code visible to instruction fetch, and
  /// gives the unused rest of the slab back, so that the guest finds the
  /// address space as free as a native program does.
  Expected<void> finalize();

  /// What has been committed.
  std::span<const wire::Reserve::Segment> segments() const {
    return Segments.span();
  }

  /// The segment in which all of \p Target lies; null where there is none.
  const wire::Reserve::Segment *segmentOf(ExecutorRange Target) const;

  /// Whether all of \p Target lies inside one segment of which \p Wanted is
  /// (or will be) the protection.
  bool holds(ExecutorRange Target, wire::Protection Wanted) const;
  bool holds(ExecutorRange Target) const;

private:
  explicit Slab(ExecutorRange Range) : Range(Range) {}

  Expected<void> beginFinal();

  ExecutorRange Range;
  List<wire::Reserve::Segment> Segments;
  bool IsCommitted = false;
  bool IsInMemory = true;
  bool IsFinal = false;
};

/// As mmap(2) and mprotect(2) have it.
int systemProtection(wire::Protection Wanted);

/// The memory at \p Range in this process, which is the executor.
inline uint8_t *memoryAt(ExecutorAddr Addr) {
  return reinterpret_cast<uint8_t *>(static_cast<uintptr_t>(Addr.value()));
}

} // namespace remoterun::executor

#endif
