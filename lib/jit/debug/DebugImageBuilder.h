//===- DebugImageBuilder.h - Parts of a debug image -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_DEBUGIMAGEBUILDER_H
#define REMOTERUN_JIT_DEBUG_DEBUGIMAGEBUILDER_H

#include "jit/base/ElfView.h"
#include "jit/link/ProgramRecord.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

/// One object's part of a section of the image.
struct DebugContribution {
  llvm::ArrayRef<uint8_t> Bytes;
  uint64_t Offset = 0;    ///< In the image's section.
  size_t Relocations = 0; ///< The section that has them; 0 for none.
  size_t Object = 0;
};

struct DebugImageSection {
  llvm::StringRef Name;
  uint64_t Size = 0;
  uint64_t FileOffset = 0;
  std::vector<DebugContribution> Parts;
};

/// The symbols of one object, as relocations see them.
template <typename ELFT> struct DebugSymbolTable {
  std::optional<ElfView<ELFT>> Object; ///< Nothing for what cannot be read.
  /// Empty for what is not there in the linked program.
  std::vector<std::optional<uint64_t>> Values;
};

/// What an image is made of, which has to live as long as its builder.
struct DebugImageParts {
  explicit DebugImageParts(const ProgramMap &Map) : Map(Map) {}

  const ProgramMap &Map;
  std::vector<ObjectSource::Contents> Objects;
  ProgramSymbols Symbols; ///< The objects', by their numbers.
  /// Tells where what is that no object defines; null if it is nowhere.
  std::function<ExecutorAddr(llvm::StringRef)> Outside = nullptr;
  /// Functions that are described when they come, each by an image of its own.
  bool HasLate = false;
};

template <typename ELFT> class DebugImageBuilder {
public:
  /// The image is to lie at \p Place.
  DebugImageBuilder(const DebugImageParts &Parts, ExecutorAddr Place)
      : Parts(Parts), Map(Parts.Map), Place(Place),
        Tables(Parts.Objects.size()), DebugParts(Parts.Objects.size()) {}

  llvm::SmallVector<char, 0> build();

private:
  using View = ElfView<ELFT>;
  using Shdr = typename ELFT::Shdr;
  using Sym = typename ELFT::Sym;
  using Word = typename ELFT::uint; ///< As wide as an address.

  void findSegments();
  ExecutorAddr addressOf(llvm::StringRef Name) const;
  void readObject(size_t Number);
  void addSection(size_t Number, size_t Index, llvm::StringRef Name,
                  size_t Relocations);
  void readSymbols(size_t Number);
  std::optional<uint64_t> valueOf(size_t Number, const Sym &Symbol) const;
  std::optional<uint64_t> threadLocalOf(size_t Number, const Sym &Symbol) const;
  /// Whether it is a definition of the object's own, and the one that counts.
  bool definesHere(size_t Number, const Sym &Symbol,
                   llvm::StringRef Name) const;
  void addSymbol(const Sym &Symbol, llvm::StringRef Name, uint64_t Value);
  uint16_t segmentOf(uint64_t Address) const;
  void layOut();
  void writeSections();
  void relocate(const DebugImageSection &Section,
                const DebugContribution &Part);
  void writeHeaders();

  const DebugImageParts &Parts;
  const ProgramMap &Map;
  ExecutorAddr Place;
  /// What is shown as sections, and of what kind it is; without a name, as
  /// executables call that.
  struct ShownSegment {
    wire::Reserve::Segment Memory;
    llvm::StringRef Name;
  };
  std::vector<ShownSegment> Segments;
  ExecutorRange Entries; ///< Of late functions; empty for none.
  std::vector<DebugSymbolTable<ELFT>> Tables; ///< One for each object.
  /// For each object, where in a section of the image a section of it stands.
  std::vector<llvm::DenseMap<uint64_t, uint64_t>> DebugParts;
  std::deque<llvm::SmallVector<uint8_t, 0>> Decompressed;
  std::vector<DebugImageSection> Sections;
  std::vector<Sym> LocalSymbols, GlobalSymbols;
  std::string Names = std::string(1, '\0'); ///< Of symbols.
  uint64_t SymbolsOffset = 0, NamesOffset = 0;
  uint32_t Flags = 0; ///< Of the processor, as the objects have them.
  llvm::SmallVector<char, 0> Image;
};

extern template class DebugImageBuilder<llvm::object::ELF64LE>;
extern template class DebugImageBuilder<llvm::object::ELF64BE>;
extern template class DebugImageBuilder<llvm::object::ELF32LE>;

} // namespace remoterun::jit

#endif
