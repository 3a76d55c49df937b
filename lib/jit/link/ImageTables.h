//===- ImageTables.h - What describes the program to ld.so ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The program is a shared object of its process: an image, which begins with
// the headers and tables by which the dynamic linker maps it, finds its symbols
// and hands out its unwind tables (ELF gABI, "Program Loading and Dynamic
// Linking"; LSB, "Exception Frames"). They are sections of ours beside the
// program's own. It has no section headers, which nobody reads at run time.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_IMAGETABLES_H
#define REMOTERUN_JIT_LINK_IMAGETABLES_H

#include "jit/link/DynamicSymbols.h"
#include "jit/target/Isa.h"

#include <optional>

namespace remoterun::jit {

/// What the inputs ask of the image.
struct ImageTraits {
  uint32_t Flags = 0;                      ///< e_flags of its parts.
  ExecutorAddr Relocated, RelocatedResult; ///< See wire::Hello.
  bool NeedsExecutableStack = false;
  /// The process's executable, to all who ask: DT_DEBUG says so.
  bool IsExecutable = false;
  /// In the executor's block: it makes the header that says so.
  bool HasThreadLocals = false;
};

class ImageTables {
public:
  using AddressOf = DynamicSymbols::AddressOf;

  ImageTables(const Isa &Target, DynamicSymbols Symbols, ImageTraits Traits)
      : Target(&Target), Symbols(std::move(Symbols)), Traits(Traits) {}

  /// Makes the sections. What is to be unwound must be in \p Memory by now, and
  /// there will be so many relocations.
  void allocate(SectionMemory &Memory, size_t RelocationCount,
                uint64_t PageSize);

  /// Fills them in, once everything else is in place and relocated. \p Start is
  /// where it starts; null where it has no such code.
  void complete(SectionMemory &Memory, const SlabLayout &Layout,
                uint64_t PageSize,
                llvm::ArrayRef<DynamicRelocation> Relocations, AddressOf Find,
                ExecutorAddr Start);

  /// Once sections have addresses: where the symbols of late functions' code
  /// are to be.
  BodySymbols bodySymbols(const SectionMemory &Memory) const {
    return Symbols.bodySymbols(Memory);
  }

  /// Once everything is in place: has \p Index, which may be larger than
  /// needed, lead to all functions. It will be at \p Place.
  void writeUnwindIndex(const SectionMemory &Memory,
                        llvm::MutableArrayRef<uint8_t> Index,
                        ExecutorAddr Place) const;
  /// Program headers lead there, in place of a section.
  void setUnwindIndex(ExecutorRange Place) { OtherIndex = Place; }

private:
  /// The numbers of their sections.
  struct Numbers {
    size_t Headers = 0, BuildId = 0, Unwinding = 0, Relocations = 0;
    size_t Dynamic = 0;
  };

  template <typename ELFT> class Writer;

  const Isa *Target;
  DynamicSymbols Symbols;
  ImageTraits Traits;
  Numbers Made;
  std::optional<ExecutorRange> OtherIndex;
};

} // namespace remoterun::jit

#endif
