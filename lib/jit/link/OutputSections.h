//===- OutputSections.h - Sections of all objects by their names -*- C++ -*-==//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An output section is what a linker makes of all input sections of one name
// (GNU ld's default script, "SECTIONS"; lld's getOutputSectionName()): they
// stand together, in the order of the command line or by a rule of the name's,
// and have one protection.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_OUTPUTSECTIONS_H
#define REMOTERUN_JIT_LINK_OUTPUTSECTIONS_H

#include "jit/link/SectionMemory.h"

#include "llvm/ADT/StringMap.h"

#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

/// A part of an object that the program consists of.
struct InputSection {
  SectionKey Key; ///< Index 0 if it is no section of an object.
  llvm::StringRef Name;
  uint32_t Type = 0;  ///< sh_type
  uint64_t Flags = 0; ///< sh_flags
  uint64_t Size = 0;
  uint64_t Alignment = 1;           ///< A power of two.
  uint64_t EntrySize = 0;           ///< sh_entsize
  llvm::ArrayRef<uint8_t> Contents; ///< Empty for SHT_NOBITS.
  bool ComesFirst = false;          ///< Before all others of its name.
  /// Number of the input section that this one describes (SHF_LINK_ORDER).
  std::optional<size_t> LinkedTo = {};

  // Where it comes to be.
  size_t Output = 0;
  uint64_t Offset = 0;
};

struct OutputSection {
  std::string Name;
  uint32_t Type = 0;
  uint64_t Flags = 0;
  uint64_t Size = 0;
  uint64_t Alignment = 1;
  std::vector<size_t> Inputs; ///< Numbers of input sections, in order.
};

/// Zeroes of this size stand alone: SlabLayout puts them behind everything
/// else, so that nothing has to step over them, and nobody has them here.
constexpr uint64_t LargeZeroSection = 64 * 1024;

/// The name of what sections called \p Input are joined into.
llvm::StringRef outputNameOf(llvm::StringRef Input);

/// The priority that a section of constructors or destructors has by its name;
/// those without one come last.
uint32_t initPriorityOf(llvm::StringRef Input);

/// Pointers in it run from its end to its start, unlike those in what it
/// becomes a part of: ".ctors" and ".dtors" (GNU ld puts them into .init_array
/// and .fini_array, and turns them around).
bool isReversedArray(llvm::StringRef Input);

class OutputSections {
public:
  /// With \p KeepsPriorities constructors of different priorities stay apart,
  /// for there are others elsewhere that come between them.
  explicit OutputSections(bool KeepsPriorities)
      : KeepsPriorities(KeepsPriorities) {}

  /// Returns the number of the input section.
  size_t add(InputSection Section);
  /// Has \p Input be where \p To is among those that describe others (gABI,
  /// SHF_LINK_ORDER).
  void link(size_t Input, size_t To) { Inputs[Input].LinkedTo = To; }
  /// Once all have been added: gives each its offset. All code starts and ends
  /// at multiples of \p CodeAlignment.
  void place(uint64_t CodeAlignment = 1);
  /// Adds one that grows afterwards, and returns its number.
  size_t addSynthetic(llvm::StringRef Name, uint64_t Flags, uint64_t Alignment);
  /// Makes \p Output larger, and returns where it ended.
  uint64_t grow(size_t Output, uint64_t Size);

  const std::vector<InputSection> &inputs() const { return Inputs; }
  const std::vector<OutputSection> &outputs() const { return Outputs; }

private:
  bool isLinked(const OutputSection &Output) const;
  void placeIn(OutputSection &Output);
  void sortLinked(llvm::MutableArrayRef<size_t> Numbers) const;

  bool KeepsPriorities;
  std::vector<InputSection> Inputs;
  std::vector<OutputSection> Outputs;
  llvm::StringMap<size_t> ByName; ///< Numbers of Outputs.
};

} // namespace remoterun::jit

#endif
