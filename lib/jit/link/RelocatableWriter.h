//===- RelocatableWriter.h - A relocatable object for RuntimeDyld *- C++ -*-==//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_RELOCATABLEWRITER_H
#define REMOTERUN_JIT_LINK_RELOCATABLEWRITER_H

#include "jit/base/ObjectBytes.h"
#include "jit/link/OutputSections.h"

#include "llvm/ADT/StringMap.h"

namespace remoterun::jit {

/// What a relocation of the joined object is about.
struct JoinedReference {
  enum class Kind : uint8_t {
    Nothing,    ///< The addend is all: an absolute value.
    Section,    ///< An output section.
    Definition, ///< A named place in one.
    Undefined   ///< A name.
  };
  Kind What = Kind::Nothing;
  uint32_t Number = 0; ///< Of that kind.
};

struct JoinedRelocation {
  uint64_t Offset = 0; ///< In its output section.
  uint32_t Type = 0;
  JoinedReference To;
  int64_t Addend = 0;
  int64_t InPlace = 0; ///< Of a pointer: what is added to that, from its place.
};

/// A place that RuntimeDyld must know by a name, which is not the program's.
struct JoinedDefinition {
  std::string Name;
  size_t Output = 0;
  uint64_t Offset = 0;
  uint64_t Size = 0;
  uint8_t Type = 0;  ///< STT_...
  uint8_t Other = 0; ///< st_other
};

/// Bytes that are not an input's.
struct JoinedPatch {
  size_t Output = 0;
  uint64_t Offset = 0;
  llvm::SmallVector<uint8_t, 16> Bytes;
};

struct RelocatableContents {
  const OutputSections &Sections;
  std::vector<std::vector<JoinedRelocation>> Relocations; ///< By output.
  std::vector<JoinedDefinition> Definitions;
  std::vector<llvm::StringRef> Undefined;
  std::vector<JoinedPatch> Patches;
  uint16_t Machine = 0;
  uint32_t Flags = 0; ///< e_flags
};

/// The section of output \p Number in the object.
constexpr uint64_t sectionOfOutput(size_t Number) { return Number + 1; }

/// The size that the section of \p Output has in the object: RuntimeDyld
/// allocates and clears all zeroes in this process, so that of large ones there
/// are a few bytes only. Symbols beyond the end keep their values.
uint64_t loadedSizeOf(const OutputSection &Output);

/// Each output section is a section; each has a symbol of its own, too, since
/// RuntimeDyld loads only what a symbol or a relocation leads to.
template <typename ELFT>
ObjectBytes writeRelocatable(const RelocatableContents &Contents);

} // namespace remoterun::jit

#endif
