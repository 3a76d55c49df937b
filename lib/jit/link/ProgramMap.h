//===- ProgramMap.h - What of the program is where --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_PROGRAMMAP_H
#define REMOTERUN_JIT_LINK_PROGRAMMAP_H

#include "jit/link/SectionMemory.h"
#include "jit/link/ThreadLocals.h"
#include "wire/Messages.h"

#include "llvm/ADT/StringMap.h"

#include <optional>
#include <span>
#include <vector>

namespace remoterun::jit {

/// A section of the program in the executor.
struct PlacedSection {
  ExecutorRange Range;
  SectionKey Key; ///< Index 0 if it is no section of an object.
  SectionKind Kind = SectionKind::ReadOnly;
};

/// All that remains to be known of a linked program's layout when the program
/// itself is in the executor.
class ProgramMap {
public:
  /// \p Commons are the addresses of common symbols, which are in no section of
  /// an object.
  ProgramMap(const Isa &Target, std::vector<PlacedSection> Sections,
             std::span<const wire::Reserve::Segment> Segments,
             ThreadLocals::OffsetMap ThreadOffsets,
             llvm::StringMap<ExecutorAddr> Commons);

  /// Adds what has come since.
  void addCode(llvm::ArrayRef<ExecutorRange> Ranges);

  const Isa &isa() const { return *Target; }
  std::span<const wire::Reserve::Segment> segments() const {
    return Segments.span();
  }
  /// The section that is at \p Address; null for none.
  const PlacedSection *at(ExecutorAddr Address) const;
  /// Whether any section begins in \p Range.
  bool hasSectionIn(ExecutorRange Range) const;
  /// Where a section of an object is; null if the program is without it.
  ExecutorAddr addressOf(SectionKey Key) const;
  /// Where a common symbol is; null if there is no such.
  ExecutorAddr addressOfCommon(llvm::StringRef Name) const {
    return Commons.lookup(Name);
  }
  /// Where the thread-local variables of a section are in the executor's block
  /// of them, if it has any.
  std::optional<uint64_t> threadLocalOffset(SectionKey Key) const;

private:
  void sortSections();

  const Isa *Target;
  std::vector<PlacedSection> Sections; ///< By address.
  std::vector<uint32_t> ByKey;         ///< Numbers of those that have one.
  List<wire::Reserve::Segment> Segments;
  ThreadLocals::OffsetMap ThreadOffsets;
  llvm::StringMap<ExecutorAddr> Commons;
};

} // namespace remoterun::jit

#endif
