//===- SlabLayout.h - Where each section goes -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arithmetic of placing sections, without LLVM and without memory.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_SLABLAYOUT_H
#define REMOTERUN_JIT_LINK_SLABLAYOUT_H

#include "remote-run/ExecutorAddr.h"
#include "remote-run/Failure.h"
#include "wire/Messages.h"

#include <cstdint>
#include <vector>

namespace remoterun::jit {

/// What a section needs of its memory, in the order of the slab: what code
/// refers to most stands next to it, and large zeroes, which nothing needs to
/// step over, stand last.
///
/// Of an image, what describes it stands first (Header), and what only the
/// dynamic linker writes to has pages of its own (Relro).
enum class SectionKind : uint8_t {
  Header,
  ReadOnly,
  Code,
  Relro,
  Writable,
  Zero
};

struct SectionRequirement {
  SectionKind Kind = SectionKind::ReadOnly;
  uint64_t Size = 0;
  uint64_t Alignment = 1; ///< A power of two.
};

/// Sections that follow each other, of one protection. It has pages of its own.
struct Segment {
  ExecutorRange Range;
  /// What is in it; ReadOnly for what stands behind Header.
  SectionKind Kind = SectionKind::ReadOnly;

  Segment(ExecutorRange Range, SectionKind Kind) : Range(Range), Kind(Kind) {}

  wire::Protection protection() const;
};

struct SlabLayout {
  std::vector<ExecutorAddr> Addresses; ///< One for each requirement, in order.
  std::vector<Segment> Segments;       ///< Ascending.

  /// What the executor is told of them.
  List<wire::Reserve::Segment> reservation() const;
};

/// Packs sections of one protection into one segment each, within \p Slab,
/// whose start is aligned to \p PageSize. Sections keep their order within a
/// kind. Fails where the slab is too small.
Expected<SlabLayout> layOutSlab(const std::vector<SectionRequirement> &Sections,
                                ExecutorRange Slab, uint64_t PageSize);

} // namespace remoterun::jit

#endif
