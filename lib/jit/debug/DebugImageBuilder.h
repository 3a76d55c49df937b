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

template <typename ELFT> class DebugImageBuilder {
public:
  DebugImageBuilder(const ProgramRecord &Program, ExecutorAddr Place)
      : Map(Program.map()), Place(Place), Tables(Program.objects().size()),
        DebugParts(Program.objects().size()) {
    for (const ProgramRecord::Object &Each : Program.objects())
      Objects.push_back(Each.Source.read());
    resolveSymbols(Program);
  }

  llvm::SmallVector<char, 0> build();

private:
  using View = ElfView<ELFT>;
  using Shdr = typename ELFT::Shdr;
  using Sym = typename ELFT::Sym;
  using Word = typename ELFT::uint; ///< As wide as an address.

  void resolveSymbols(const ProgramRecord &Program);
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

  const ProgramMap &Map;
  ExecutorAddr Place;
  std::vector<ObjectSource::Contents> Objects;
  ProgramSymbols Symbols;
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
