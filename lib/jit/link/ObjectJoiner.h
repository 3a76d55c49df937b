//===- ObjectJoiner.h - One joined object -----------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_OBJECTJOINER_H
#define REMOTERUN_JIT_LINK_OBJECTJOINER_H

#include "jit/base/ElfView.h"
#include "jit/link/JoinedProgram.h"
#include "jit/link/MergedStrings.h"
#include "jit/link/RelocatableWriter.h"

#include "llvm/ADT/DenseMap.h"

namespace remoterun::jit {

template <typename ELFT> struct LinkInputs {
  const std::vector<ProgramObject> &Objects;
  const std::vector<ElfView<ELFT>> &Views; ///< Of the same.
  const ProgramSymbols &Symbols;
  const Isa &Target;
};

/// Makes one object of some of the inputs: run() is the list of what is done.
template <typename ELFT> class ObjectJoiner {
public:
  /// Of the inputs from number \p First up to \p Last.
  ObjectJoiner(const LinkInputs<ELFT> &Inputs, size_t First, size_t Last,
               JoinedProgram &Made)
      : In(Inputs), First(First), Last(Last), Made(Made),
        Number(Made.Objects.size()), Sections(!Inputs.Target.JoinsObjects) {}

  Expected<void> run();

private:
  using Shdr = typename ELFT::Shdr;
  using Sym = typename ELFT::Sym;

  /// What a symbol of an object comes to.
  struct Meaning {
    enum class Kind : uint8_t { Unknown, Place, Name, Absolute, Discarded };
    Kind What = Kind::Unknown;
    bool IsWeak = false;    ///< Of a name: every reference is.
    bool IsOutside = false; ///< Of a name: no object defines it.
    uint32_t Number = 0;    ///< Of an output section, or of a name.
    uint64_t Value = 0;     ///< Offset, or all of it.
    uint64_t Size = 0;
    uint8_t Type = 0, Other = 0;
  };

  // The steps of run(), in their order.
  Expected<void> addSections();
  void linkSections();
  void addCommons();
  // Of .init and .fini (StartFunctions.cpp).
  Expected<void> addStartFunctions();
  size_t addStartCode(llvm::StringRef Name, llvm::ArrayRef<uint8_t> Code);
  void addStartEntry(llvm::StringRef Array, size_t Function);
  void addStartEntries();
  void notePlaces();
  void noteStrings();
  Expected<void> addRelocations();
  void addExportedNames();
  Expected<void> write();
  void noteOutside();

  llvm::Error addSectionsOf(size_t Object);
  llvm::Error relocate(size_t Object, const Shdr &Table);
  llvm::Error addRelocation(size_t Object, const InputSection &Into,
                            const RelocationView &Relocation);
  llvm::Expected<Meaning> meaningOf(size_t Object, uint32_t Symbol);
  llvm::Expected<Meaning> findMeaning(size_t Object, const Sym &Symbol);
  Meaning placeIn(size_t Object, uint32_t Section, uint64_t Offset) const;
  /// Of equal strings, the first; \p Place for everything else.
  Meaning firstString(size_t Object, uint32_t Section, uint64_t Offset,
                      const Meaning &Place) const;
  /// Has \p To, a section of strings, be the one that the addend tells.
  void findString(size_t Object, const RelocationView &Relocation, Meaning &To,
                  JoinedRelocation &Joined) const;
  Meaning ofName(llvm::StringRef Name, bool IsOutside);
  Meaning ofDefinition(llvm::StringRef Name, const Symbol &Found);
  JoinedPlace joinedPlace(const Meaning &Place) const {
    return {{Number, sectionOfOutput(Place.Number)}, Place.Value};
  }
  /// Has \p Relocation be about what a linker makes of \p To.
  llvm::Error applyLinkRule(const LinkRule &Rule, const Meaning &To,
                            JoinedRelocation &Relocation);
  void referToSize(const Meaning &To, JoinedRelocation &Relocation);
  void referTo(const Meaning &To, bool NeedsSymbol,
               JoinedRelocation &Relocation);
  void keepWeakAddend(const RelocationRule &Rule, const Meaning &To,
                      const InputSection &Into,
                      const JoinedRelocation &Relocation);
  /// Filled by a relocation of \p Type.
  uint64_t gotEntry(const Meaning &To, uint32_t Type);
  uint64_t indexEntry(const Meaning &To);
  uint64_t moduleEntry();
  uint64_t addWords(std::initializer_list<JoinedRelocation> Words);
  uint64_t gotEntry(const Meaning &To) {
    return gotEntry(To, In.Target.PointerRelocation);
  }
  uint64_t pltEntry(const Meaning &To);
  size_t gotOutput();
  /// Has \p Relocation be about what is at \p Offset there.
  llvm::Error referToGot(uint64_t Offset, JoinedRelocation &Relocation);
  void append(size_t Output, JoinedRelocation Relocation);
  void noteReach(const InputSection &Into, const JoinedRelocation &Relocation);
  void noteNearness(uint32_t Type, const RelocationRule &Rule,
                    const Meaning &To, const InputSection &Into);
  /// Of a function of Power: it is for callers with the same table of contents.
  bool hasLocalEntry(const Meaning &To) const {
    return In.Target.HasTableOfContents &&
           llvm::ELF::decodePPC64LocalEntryOffset(To.Other) != 0;
  }
  uint32_t definitionFor(const Meaning &To);

  const LinkInputs<ELFT> &In;
  size_t First, Last;
  JoinedProgram &Made;
  size_t Number; ///< Of the object that is made.

  OutputSections Sections;
  MergedStrings Strings;
  /// What is to be called as a start file's function, and by which pointers:
  /// numbers of input sections.
  struct {
    bool HasInit = false, HasFini = false;
    std::vector<std::pair<size_t, size_t>> Entries;
  } Start;
  /// Of each object from First, of each section: its input section's number and
  /// one more.
  std::vector<std::vector<uint32_t>> InputOf;
  std::vector<Meaning> Meanings; ///< Of the symbols of the object at hand.
  size_t MeaningsOf = SIZE_MAX;

  std::vector<std::vector<JoinedRelocation>> Relocations; ///< By output.
  std::vector<JoinedDefinition> Definitions;
  llvm::DenseMap<std::pair<uint32_t, uint64_t>, uint32_t> DefinitionOf;
  llvm::StringMap<uint32_t> Names; ///< Numbers in Undefined.
  std::vector<llvm::StringRef> Undefined;
  std::vector<JoinedPatch> Patches;

  std::vector<std::pair<llvm::StringRef, size_t>> Commons; ///< Their inputs.

  std::optional<size_t> Got, Plt; ///< Outputs.
  llvm::DenseMap<std::pair<uint32_t, uint64_t>, uint64_t> GotOfPlace;
  llvm::DenseMap<uint32_t, uint64_t> GotOfName, PltOfName;
  llvm::DenseMap<std::pair<uint32_t, uint64_t>, uint64_t> IndexOfPlace;
  llvm::DenseMap<uint32_t, uint64_t> IndexOfName;
  std::optional<uint64_t> IndexOfModule;
};

} // namespace remoterun::jit

#endif
