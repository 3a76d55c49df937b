//===- JoinedProgram.h - All objects as one ---------------------*- C++ -*-===//
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RuntimeDyld applies relocations to sections whose addresses we choose. What a
// linker does besides is done before: all objects become one, as `ld -r` would
// make it, but with every symbol resolved. Each output section is one section
// there, a reference to what the program defines is one to a place in such a
// section, and the only names are of what the executor has to be asked for. So
// no local symbol can be taken for another's, nothing depends on the order in
// which RuntimeDyld comes across sections, and its costs, which grow with the
// square of their number, do not matter.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_JOINEDPROGRAM_H
#define REMOTERUN_JIT_LINK_JOINEDPROGRAM_H

#include "jit/link/SectionMemory.h"
#include "jit/object/ProgramSymbols.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

/// A place in a section of a joined object.
struct JoinedPlace {
  SectionKey Section;
  uint64_t Offset = 0;
};

/// Where the sections of the inputs are in the joined objects.
class SectionPlaces {
public:
  struct Piece {
    SectionKey Input;
    JoinedPlace Where;
    uint64_t Size = 0;
  };

  void add(SectionKey Input, JoinedPlace Where, uint64_t Size);
  /// Of what is part of the program.
  std::optional<JoinedPlace> find(SectionKey Input) const;
  /// Whether a section of a joined object consists of inputs' sections.
  bool isInput(SectionKey Joined) const;
  /// All, in the order of the inputs.
  const std::vector<Piece> &pieces() const { return Pieces; }

private:
  std::vector<Piece> Pieces;
  std::vector<llvm::BitVector> OfInputs; ///< By joined object and section.
  /// For each object, section index to number in Pieces, and one more.
  std::vector<std::vector<uint32_t>> Numbers;
};

struct JoinedProgram {
  /// For RuntimeDyld: a single one, where the ISA allows that.
  std::vector<ProgramObject> Objects;
  SectionPlaces Places;
  llvm::StringMap<JoinedPlace> Commons;
  /// What is referred to by a name that is looked up at last.
  struct Ifunc {
    std::string Name;
    JoinedPlace Resolver;
  };
  std::vector<Ifunc> Ifuncs;
  /// The names of what the program does not define, and relocations refer to.
  std::vector<std::string> Undefined;
  /// A relocation that refers to one of them.
  struct OutsideReference {
    size_t Name = 0; ///< Its number in Undefined.
    JoinedPlace Place;
    int64_t Addend = 0;
    /// The dynamic linker could apply it: it is an address in a pointer, and
    /// where it stands can be written to.
    bool IsPointerInData = false;
    bool IsCall = false; ///< See RelocationRule.
  };
  std::vector<OutsideReference> Outside;
  /// Those of them that an object addresses with 32 bits or less, other than by
  /// calls.
  llvm::StringSet<> Near;
  /// Those whose sizes objects ask for, with the names by which relocations
  /// refer to these.
  llvm::StringMap<std::string> Sizes;
  /// A relocation whose value may be too wide for its place: that is known when
  /// all have addresses.
  struct LimitedReference {
    JoinedPlace Place;
    uint32_t Type = 0;
    std::string Name;   ///< What it refers to; empty for what has none.
    SectionKey Section; ///< Then, of a joined object; its index is 0 for none.
    int64_t Addend = 0;
  };
  std::vector<LimitedReference> Limited; ///< See Reach.h.
  /// A place that an absolute address of 32 bits is put into, to tell of it if
  /// the program comes to lie too high; empty if there is none.
  std::string NeedsLowAddresses;
  uint32_t Flags = 0; ///< e_flags of the image.
  /// An input asks for stacks that can be executed (a section .note.GNU-stack
  /// with SHF_EXECINSTR; ld's manual, "-z execstack").
  bool NeedsExecutableStack = false;

  /// Opens the objects' files once more, from their bytes, after an engine has
  /// taken them.
  Expected<void> reopen();
  /// Makes the view of the bytes that RuntimeDyld is given.
  static Expected<void> open(ProgramObject &Joined);
  /// The input that \p Offset of a section is from; null for none's.
  const ProgramObject *inputAt(SectionKey Section, uint64_t Offset,
                               const std::vector<ProgramObject> &Inputs) const;
  /// Where a definition of \p Symbols that is in a section, or common, is.
  std::optional<JoinedPlace> find(llvm::StringRef Name,
                                  const Symbol &Found) const;
};

/// Joins \p Objects, which have been added to \p Symbols in their order. Their
/// bytes are not needed afterwards.
Expected<JoinedProgram> joinObjects(const std::vector<ProgramObject> &Objects,
                                    const ProgramSymbols &Symbols,
                                    const Isa &Target);

} // namespace remoterun::jit

#endif
